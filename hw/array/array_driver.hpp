// Drives a generated array in the C++ simulator through its stream ports and compares with the golden model.
// A job is a list of dot product groups; each gives R tokens and C channels of its own length K.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "hw/array/generate_array.hpp"
#include "hw/array/test_vectors.hpp"
#include "hw/rtl/simulator.hpp"

namespace macaw::hw {

// Percent of the cycles in which the source or the sink pauses.
struct StallPercent {
    int source = 0;
    int sink = 0;
};

class ArrayDriver {
  public:
    ArrayDriver(const golden::Datapath& datapath, const ArrayConfig& array, const rtl::Design& design);

    void reset();
    // Streams all groups without a gap beyond the stalls, checks the protocol, returns what came out, in
    // order.
    std::vector<OutputRow> run(const std::vector<Group>& groups, StallPercent stalls,
                               std::mt19937_64& random);
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
    class Source;
    void put(const rtl::Simulator::Port& port, const PortBeats::Bits& bits);
    // in_ready_o; evaluates the design and checks that no ready output depends on out_ready_i.
    bool inputs_are_ready(bool out_ready);
    OutputRow take_row();

    golden::Datapath datapath_;
    ArrayConfig array_;
    rtl::Simulator simulator_;
    rtl::Simulator::Port reset_, in_valid_, in_ready_, in_last_, activation_, weight_, out_valid_, out_ready_,
        out_last_, out_data_;
    std::optional<rtl::Simulator::Port> weight_valid_, weight_ready_;  // of a weight stream
    std::optional<rtl::Simulator::Port> inner_flags_, outer_flags_, overflow_;
    std::int64_t cycle_ = 0;
    std::int64_t stalled_cycles_ = 0;
    std::vector<std::int64_t> closing_cycles_;
};

}  // namespace macaw::hw
