// Random operands on the netlist of one vector MAC unit: 64 independent streams at a time, a beat every
// cycle, from reset. Every sum is compared with the exact one, so that the toggles that are counted are those
// of a netlist that computes the right values.
#pragma once

#include "sim/netlist/replay.hpp"
#include "sim/vector_mac_stream.hpp"

namespace macaw::sim {

struct VectorMacSample {
    std::int64_t cycles = 256;  // counted, of each of the 64 streams
    OperandSource operands;
    bool operator==(const VectorMacSample&) const = default;
};

struct VectorMacActivity {
    Activity activity;        // layer_cycles stays empty
    double zero_weights = 0;  // 0..1, share of the weights of all beats: the sparsity of Eq. 5
};

// Errors: a port that the netlist lacks; a sum that differs (CheckFailed, with cycle and stream).
Expected<VectorMacActivity> replay_vector_mac(const FlatNetlist& netlist, const hw::DotProductShape& unit,
                                              const VectorMacSample& sample);

}  // namespace macaw::sim
