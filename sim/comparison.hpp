// What the hardware delivered against what golden says, on every output and every flag; padding must be zero
// and silent, the sticky flag must be the OR of all flags. A comparison never stops at the first difference:
// it counts all and keeps the first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "golden/matmul.hpp"
#include "sim/job.hpp"

namespace macaw::sim {

struct Mismatch {
    std::string where;  // simulator, layer
    std::int64_t token = 0;
    std::int64_t channel = 0;
    std::string expected;  // "-1024, inner flag 1, outer flag 0"
    std::string actual;
};
std::string to_string(const Mismatch& mismatch);

struct Comparison {
    std::int64_t outputs = 0;  // of the matrix product, without padding
    std::int64_t mismatches =
        0;  // outputs or padding outputs that differ in value or flag; a wrong sticky flag is one
    std::optional<Mismatch> first;
    Comparison& operator+=(const Comparison& other);
};

// `expected` in the datapath's modes, as a matrix product of the stimulus' shape ([tokens, out_features]).
Comparison compare_outputs(const std::string& where, const golden::MatmulResult& expected,
                           const Outputs& actual, const LayerStimulus& stimulus,
                           const golden::Datapath& datapath, const hw::ArrayConfig& array);

// For a paired job: `expected` is [blocks, R, C]. Token and channel of a difference count through all blocks.
Comparison compare_paired(const std::string& where, std::span<const golden::DotProduct> expected,
                          const Outputs& actual, const golden::Datapath& datapath);

// Two recordings of the same job by different simulators: every word of every row of outputs, and the cycle
// counts.
Comparison compare_recordings(const std::string& where, const job::Result& expected,
                              const job::Result& actual, const LayerStimulus& stimulus,
                              const golden::Datapath& datapath, const hw::ArrayConfig& array);

}  // namespace macaw::sim
