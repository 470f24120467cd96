// The platform's figures derived by hand: what a layer must cost, without a simulation of cycles.
//
// Symbols: B bytes a cycle of each memory channel, lambda its latency, D operand buffers, Q result rows (all
// PlatformConfig); k = ceil(K / L) beats of a block, R rows, P cycles from the last beat to the first output
// (hw::latency_of). Cycle 0 is the one in which the controller asks for the first block.
//
// Reading. Block j moves r(j) = [first of its token group] tokens(j) * ceil(activation row / B)
//                              + channels(j) * ceil(weight row / B) cycles of data, behind one latency:
//     L(j) = max(L(j-1), E(j-D) + 1) + lambda + r(j)          operands on chip; E(j): its last beat is
//     accepted
// Beats. One a cycle from cycle max(L(j), E(j-1) + 1) on, except in frozen cycles.
// Results. The pipeline carries block j to its end in P - 1 moving cycles behind E(j); it then waits, frozen,
// until the drain chain is free, which is one cycle after the last row of block j-1 has left, at o(j-1, R-1):
//     D(j) = max(P - 1 moving cycles behind E(j), o(j-1, R-1) + 1)
//     o(j, 0) = D(j) + 1,   o(j, r) = o(j, r-1) + 1           each later while Q rows wait for the memory
// Writing. Row n (padding rows are dropped) moves w(n) = ceil(channels * bytes / B) cycles of data:
//     W(n) = max(W(n-1), o(n) + 1 + lambda) + w(n)            acknowledged, its place is free
// The layer takes W(last) cycles.
//
// Closed forms that follow, for blocks that are all alike:
//     memory fast, k >= R + 1:   lambda + r(0) + k * blocks + P + R + lambda + w       (every cycle has a
//     beat) memory fast, k <= R:       the drain decides: R + 1 cycles a block read channel slow, D >= 2: the
//     channel decides: lambda + r cycles a block D = 1:                     nothing overlaps: lambda + r + k
//     cycles a block traffic: tokens * activation row (once each), ceil(tokens / R) * weights, tokens *
//     outputs * bytes
#pragma once

#include "hw/array/generate_array.hpp"
#include "sim/platform/figures.hpp"
#include "sim/platform/layer_plan.hpp"
#include "sim/platform/platform_config.hpp"

namespace macaw::sim {

PlatformFigures predict(const LayerPlan& plan, const PlatformConfig& config, const hw::Latency& latency);

}  // namespace macaw::sim
