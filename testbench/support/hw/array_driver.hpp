// Drives a generated array in the C++ simulator through its stream ports and compares with the golden model.
// A job is a list of dot product groups; each gives R tokens and C channels of its own length K.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "golden/matmul.hpp"
#include "hw/array/generate_array.hpp"
#include "hw/rtl/simulator.hpp"

namespace macaw::hw::testing {

// R x C dot products over the same K.
struct Group {
    std::int64_t length = 1;                          // K
    std::vector<golden::ActivationCode> activations;  // [R, K]
    std::vector<std::int8_t> weights;                 // [C, K]
};

// One output port beat as it left the array.
struct OutputRow {
    std::vector<golden::DotProduct> columns;  // [C]
    bool last = false;
    std::int64_t cycle = 0;
    bool operator==(const OutputRow&) const = default;
};

// Percent of the cycles in which the source or the sink pauses.
struct Stalls {
    int source = 0;
    int sink = 0;
};

enum class Codes { Random, Extreme };  // Extreme: only the ends of the ranges

Group random_group(const golden::Datapath& datapath, const ArrayConfig& array, std::int64_t length,
                   Codes codes, std::mt19937_64& random);

// Rows of all groups as golden::matmul says; `cycle` is 0. Flags that the hardware does not have (wrap) are
// false.
std::vector<OutputRow> expected_rows(const golden::Datapath& datapath, const ArrayConfig& array,
                                     const std::vector<Group>& groups);

class ArrayDriver {
  public:
    ArrayDriver(const golden::Datapath& datapath, const ArrayConfig& array, const rtl::Design& design);

    void reset();
    // Streams all groups without a gap beyond the stalls, checks the protocol, returns what came out, in
    // order.
    std::vector<OutputRow> run(const std::vector<Group>& groups, Stalls stalls, std::mt19937_64& random);
    // Offers beats for some cycles and stops in the middle.
    void run_cycles(const Group& group, int cycles);

    std::int64_t cycle() const { return cycle_; }
    // Cycle in which the last beat of each group of the last run was accepted.
    const std::vector<std::int64_t>& closing_cycles() const { return closing_cycles_; }
    std::int64_t stalled_cycles() const {
        return stalled_cycles_;
    }  // input valid and not ready, in the last run
    bool sticky_overflow();

  private:
    std::int64_t beats(const Group& group) const { return (group.length + array_.lanes - 1) / array_.lanes; }
    void put_beat(const Group& group, std::int64_t beat);
    OutputRow take_row();

    golden::Datapath datapath_;
    ArrayConfig array_;
    rtl::Simulator simulator_;
    rtl::Simulator::Port reset_, in_valid_, in_ready_, in_last_, activation_, weight_, out_valid_, out_ready_,
        out_last_, out_data_;
    std::optional<rtl::Simulator::Port> inner_flags_, outer_flags_, overflow_;
    std::int64_t cycle_ = 0;
    std::int64_t stalled_cycles_ = 0;
    std::vector<std::int64_t> closing_cycles_;
};

// A legal datapath and array, small enough to run quickly; every mode, sign and corner size occurs.
struct RandomConfiguration {
    golden::Datapath datapath;
    ArrayConfig array;
};
RandomConfiguration random_configuration(std::mt19937_64& random);

}  // namespace macaw::hw::testing
