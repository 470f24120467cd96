// Random operands on the netlist of one vector MAC unit: 64 independent streams at a time, a beat every
// cycle, from reset. Every sum is compared with the exact one, so that the toggles that are counted are those
// of a netlist that computes the right values.
#pragma once

#include "sim/netlist/replay.hpp"
#include "sim/vector_mac_stream.hpp"

namespace macaw::sim {

struct VectorMacSample {
    std::int64_t cycles = 256;  // counted, of each stream
    OperandSource operands;
    int streams = 64;  // 1..64, numbers 0 and up
    bool operator==(const VectorMacSample&) const = default;
};

// Cycles of a replay before those that count: under reset, then with beats, until all registers have seen
// data.
inline constexpr std::int64_t kUnitResetCycles = 4;
inline constexpr std::int64_t kUnitWarmUpBeats = 8;
// From a beat at the ports to its sum at sum_o, in cycles.
inline constexpr std::int64_t kUnitLatency = 3;

struct VectorMacActivity {
    Activity activity;        // toggles and what belongs to all streams together; the rest stays empty
    double zero_weights = 0;  // 0..1, share of the weights of all beats: the sparsity of Eq. 5
};

// Errors: a port that the netlist lacks; a sum that differs (CheckFailed, with cycle and stream).
Expected<VectorMacActivity> replay_vector_mac(const FlatNetlist& netlist, const hw::DotProductShape& unit,
                                              const VectorMacSample& sample);

}  // namespace macaw::sim
