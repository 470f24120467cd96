// Body of the kernels of matmul_kernel.hpp; included by one source file an instruction set, which defines
// `load_pairs`, `broadcast_pair` and `multiply_add` first. Everything sits in an anonymous namespace, so that
// no two versions are ever merged.
#pragma once

#include <cstddef>

#include "golden/matmul_kernel.hpp"

namespace macaw::golden {
namespace {

// An accumulator of `bits` bits in each lane.
struct Accumulator {
    Lanes min;
    Lanes max;
    int unused_bits;
    bool saturates;

    Accumulator(int bits, bool saturate)
        : min(Lanes{} - (1 << (bits - 1))),
          max(Lanes{} + ((1 << (bits - 1)) - 1)),
          unused_bits(32 - bits),
          saturates(saturate) {}

    // Brings exact sums into range; lanes of `overflow` become -1 where they were outside.
    Lanes bring_in(Lanes sum, Lanes& overflow) const {
        Lanes above = sum > max;
        Lanes below = sum < min;
        overflow |= above | below;
        if (saturates) return above ? max : (below ? min : sum);
        return (sum << unused_bits) >> unused_bits;
    }
};

// Of lanes that are 0 or -1.
std::int64_t count(Lanes mask) {
    std::int64_t lanes = 0;
    for (int i = 0; i < kKernelChannels; ++i) lanes -= mask[i];
    return lanes;
}

// The outputs of `Blocks` blocks of channels and `Tokens` tokens. Blocks * Tokens sums stay in registers.
template <std::size_t Blocks, std::size_t Tokens>
void block(const std::int16_t* weights, const std::int16_t* activations, const KernelShape& shape,
           std::int32_t* out, KernelCounts& counts) {
    const Accumulator inner_accumulator(shape.inner_bits, shape.inner_saturates);
    const Accumulator outer_accumulator(shape.outer_bits, shape.outer_saturates);
    const std::int64_t row = shape.checks * shape.pairs * 2;
    const std::int64_t out_stride = shape.channel_blocks * kKernelChannels;
    Lanes outer[Blocks][Tokens] = {};
    Lanes outer_overflow[Blocks][Tokens] = {};
    Lanes inner_overflow[Blocks][Tokens] = {};
    Lanes overflowed_tiles = {};
    for (std::int64_t check = 0; check < shape.checks;) {
        Lanes inner[Blocks][Tokens] = {};
        Lanes tile_overflow[Blocks][Tokens] = {};
        std::int64_t tile_end = check + shape.checks_per_tile;
        if (tile_end > shape.checks) tile_end = shape.checks;
        for (; check < tile_end; ++check) {
            Lanes sum[Blocks][Tokens];
            for (std::size_t b = 0; b < Blocks; ++b)
                for (std::size_t t = 0; t < Tokens; ++t) sum[b][t] = inner[b][t];
            for (std::int64_t pair = check * shape.pairs; pair < (check + 1) * shape.pairs; ++pair) {
                PairLanes pairs[Blocks];
                for (std::size_t b = 0; b < Blocks; ++b)
                    pairs[b] = load_pairs(weights +
                                          (static_cast<std::int64_t>(b) * row + pair * 2) * kKernelChannels);
                for (std::size_t t = 0; t < Tokens; ++t) {
                    PairLanes x = broadcast_pair(activations + static_cast<std::int64_t>(t) * row + pair * 2);
                    for (std::size_t b = 0; b < Blocks; ++b) sum[b][t] += multiply_add(pairs[b], x);
                }
            }
            for (std::size_t b = 0; b < Blocks; ++b)
                for (std::size_t t = 0; t < Tokens; ++t)
                    inner[b][t] = inner_accumulator.bring_in(sum[b][t], tile_overflow[b][t]);
        }
        for (std::size_t b = 0; b < Blocks; ++b)
            for (std::size_t t = 0; t < Tokens; ++t) {
                overflowed_tiles += tile_overflow[b][t];
                inner_overflow[b][t] |= tile_overflow[b][t];
                outer[b][t] = outer_accumulator.bring_in(outer[b][t] + inner[b][t], outer_overflow[b][t]);
            }
    }
    counts.inner_overflow_tiles += count(overflowed_tiles);
    for (std::size_t b = 0; b < Blocks; ++b)
        for (std::size_t t = 0; t < Tokens; ++t) {
            counts.inner_overflow_outputs += count(inner_overflow[b][t]);
            counts.outer_overflow_outputs += count(outer_overflow[b][t]);
            std::int32_t* at = out + static_cast<std::int64_t>(t) * out_stride +
                               static_cast<std::int64_t>(b) * kKernelChannels;
            for (int channel = 0; channel < kKernelChannels; ++channel) at[channel] = outer[b][t][channel];
        }
}

template <std::size_t Blocks>
void all_tokens(const std::int16_t* weights, const std::int16_t* activations, const KernelShape& shape,
                std::int32_t* out, KernelCounts& counts) {
    const std::int64_t row = shape.checks * shape.pairs * 2;
    const std::int64_t out_stride = shape.channel_blocks * kKernelChannels;
    std::int64_t token = 0;
    for (; token + kKernelTokens <= shape.tokens; token += kKernelTokens)
        block<Blocks, kKernelTokens>(weights, activations + token * row, shape, out + token * out_stride,
                                     counts);
    for (; token < shape.tokens; ++token)
        block<Blocks, 1>(weights, activations + token * row, shape, out + token * out_stride, counts);
}

KernelCounts all_blocks(const std::int16_t* weights, const std::int16_t* activations,
                        const KernelShape& shape, std::int32_t* out) {
    KernelCounts counts;
    const std::int64_t weight_stride = shape.checks * shape.pairs * 2 * kKernelChannels;
    std::int64_t at = 0;
    for (; at + kKernelBlocks <= shape.channel_blocks; at += kKernelBlocks)
        all_tokens<kKernelBlocks>(weights + at * weight_stride, activations, shape,
                                  out + at * kKernelChannels, counts);
    for (; at < shape.channel_blocks; ++at)
        all_tokens<1>(weights + at * weight_stride, activations, shape, out + at * kKernelChannels, counts);
    return counts;
}

}  // namespace
}  // namespace macaw::golden
