// The platform's figures derived by hand: what a layer must cost, without a simulation of cycles. This is the
// output-stationary array; prediction_weight_stationary.cpp has the beats of the other one.
//
// Symbols: B bytes a cycle of each memory channel, lambda its latency, D operand buffers, Q result rows (all
// PlatformConfig); k = ceil(K / L) beats of a block, R rows, P cycles from the last beat to the first output
// (hw::latency_of). Cycle 0 is the one in which the controller asks for the first block.
//
// Reading. A block moves r cycles of data: a burst of ceil(row bytes / B) for each row of weights, and of
// activations with the first block of a token group. It is asked for when a buffer is free, behind the last
// beat E(j-D) of the block that was there; blocks 0 .. D-1 in cycle 0. Operands are on chip from cycle
//     L(j) = max(L(j-1), E(j-D) + 1 + lambda) + r(j)
// Beats. One a cycle from cycle max(L(j), E(j-1) + 1) on, except in frozen cycles; E(j) is the last one.
// Results. A block reaches the end of the pipeline P - 1 moving cycles behind E(j). It waits there, frozen,
// until the drain chain is free, one cycle after the last row of the block before has left:
//     D(j) = max(P - 1 moving cycles behind E(j), o(j-1, R-1) + 1)
//     o(j, 0) = D(j) + 1, o(j, r) = o(j, r-1) + 1; each later while Q rows wait for the memory
// Writing. Row n moves w(n) = ceil(channels * bytes / B) cycles of data; padding rows are dropped:
//     W(n) = max(W(n-1), o(n) + 1 + lambda) + w(n), from when on its place is free
// The layer takes W(last) cycles.
//
// Closed forms that follow, for blocks that are all alike:
//     fast memory, k > R: lambda + r(0) + k * blocks + P + R - 1 + lambda + w cycles: a beat in every cycle
//     fast memory, k <= R: R + 1 cycles a block, the drain decides
//     slow reads: r cycles a block, the channel decides, once D is large enough to hide lambda
//     D = 1: lambda + r + k cycles a block, nothing overlaps
// Traffic: activations once, the weights ceil(tokens / R) times, every result once.
#pragma once

#include "hw/array/generate_array.hpp"
#include "sim/platform/figures.hpp"
#include "sim/platform/layer_plan.hpp"
#include "sim/platform/platform_config.hpp"

namespace macaw::sim {

PlatformFigures predict(const LayerPlan& plan, const PlatformConfig& config, const golden::Datapath& datapath,
                        const hw::ArrayConfig& array);
PlatformFigures predict_weight_stationary(const LayerPlan& plan, const PlatformConfig& config,
                                          const golden::Datapath& datapath, const hw::ArrayConfig& array);

}  // namespace macaw::sim
