// Stimulus for a generated array and the outputs that the golden model expects of it.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "golden/matmul.hpp"
#include "hw/array/array_config.hpp"

namespace macaw::hw {

// R x C dot products over the same K.
struct Group {
    std::int64_t length = 1;                          // K
    std::vector<golden::ActivationCode> activations;  // [R, K]
    std::vector<golden::WeightCode> weights;          // [C, K]
};

enum class Codes { Random, Extreme };  // Extreme: only the ends of the ranges

Group random_group(const golden::Datapath& datapath, const ArrayConfig& array, std::int64_t length,
                   Codes codes, std::mt19937_64& random);

// One product, short and ragged tiles, whole ones, tiles back to back; each with random and with extreme
// codes.
std::vector<Group> corner_groups(const golden::Datapath& datapath, const ArrayConfig& array,
                                 std::mt19937_64& random);

// One row of results as it leaves the array.
struct OutputRow {
    std::vector<golden::DotProduct> columns;  // [C]
    bool last = false;
    std::int64_t cycle = 0;
    bool operator==(const OutputRow&) const = default;
};

// Rows of all groups as golden::matmul says; `cycle` is 0. Flags that the hardware does not have (wrap) are
// false.
std::vector<OutputRow> expected_rows(const golden::Datapath& datapath, const ArrayConfig& array,
                                     const std::vector<Group>& groups);

// The words that a group puts on the input ports, in order; codes beyond its length are 0.
struct PortBeats {
    using Bits = std::vector<bool>;  // lowest first
    std::vector<Bits> activations;   // activation_i
    std::vector<Bits> weights;       // weight_i; as many as activations where it has no stream of its own
    int last_beats = 1;              // activation beats at the end that carry in_last_i
};
PortBeats port_beats(const golden::Datapath& datapath, const ArrayConfig& array, const Group& group);

// The low `width` bits of a number above the others; a line for $readmemh.
void append(PortBeats::Bits& bits, std::int64_t value, int width);
std::string hex(const PortBeats::Bits& bits);

// For $readmemh, one line a word, most significant first. Beats: in_last_i, activation_i, and weight_i where
// it has no stream of its own. Rows: out_last_o, outer_overflow_o, inner_overflow_o, out_data_o.
std::vector<std::string> beats_as_hex(const golden::Datapath& datapath, const ArrayConfig& array,
                                      const std::vector<Group>& groups);
// weight_i of arrays with a weight stream.
std::vector<std::string> weight_beats_as_hex(const golden::Datapath& datapath, const ArrayConfig& array,
                                             const std::vector<Group>& groups);
std::vector<std::string> rows_as_hex(const golden::Datapath& datapath, const std::vector<OutputRow>& rows);

}  // namespace macaw::hw
