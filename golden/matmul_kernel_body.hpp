// Body of the kernels of matmul_kernel.hpp; included by one source file an instruction set, which defines
// `multiply_add_pairs` first. Everything sits in an anonymous namespace, so that no two versions are ever
// merged.
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

std::int64_t count(Lanes mask) {
    std::int64_t lanes = 0;
    for (int i = 0; i < kKernelChannels; ++i) lanes -= mask[i];
    return lanes;
}

template <std::size_t Tokens>
KernelCounts block(const std::int16_t* weights, const std::int16_t* activations, const KernelShape& shape,
                   std::int32_t* out, std::int64_t out_stride) {
    const Accumulator inner_accumulator(shape.inner_bits, shape.inner_saturates);
    const Accumulator outer_accumulator(shape.outer_bits, shape.outer_saturates);
    const std::int64_t token_stride = shape.checks * shape.pairs * 2;
    KernelCounts counts;
    Lanes outer[Tokens] = {};
    Lanes outer_overflow[Tokens] = {};
    Lanes inner_overflow[Tokens] = {};
    for (std::int64_t check = 0; check < shape.checks;) {
        Lanes inner[Tokens] = {};
        Lanes tile_overflow[Tokens] = {};
        std::int64_t tile_end = check + shape.checks_per_tile;
        if (tile_end > shape.checks) tile_end = shape.checks;
        for (; check < tile_end; ++check) {
            Lanes sum[Tokens];
            for (std::size_t token = 0; token < Tokens; ++token) sum[token] = inner[token];
            for (std::int64_t pair = check * shape.pairs; pair < (check + 1) * shape.pairs; ++pair) {
                PairLanes weight_pairs = load_pairs(weights + pair * kKernelChannels * 2);
                for (std::size_t token = 0; token < Tokens; ++token)
                    sum[token] += multiply_add_pairs(
                        weight_pairs,
                        activations + static_cast<std::int64_t>(token) * token_stride + pair * 2);
            }
            for (std::size_t token = 0; token < Tokens; ++token)
                inner[token] = inner_accumulator.bring_in(sum[token], tile_overflow[token]);
        }
        for (std::size_t token = 0; token < Tokens; ++token) {
            counts.inner_overflow_tiles += count(tile_overflow[token]);
            inner_overflow[token] |= tile_overflow[token];
            outer[token] = outer_accumulator.bring_in(outer[token] + inner[token], outer_overflow[token]);
        }
    }
    for (std::size_t token = 0; token < Tokens; ++token) {
        counts.inner_overflow_outputs += count(inner_overflow[token]);
        counts.outer_overflow_outputs += count(outer_overflow[token]);
        for (int channel = 0; channel < kKernelChannels; ++channel)
            out[static_cast<std::int64_t>(token) * out_stride + channel] = outer[token][channel];
    }
    return counts;
}

KernelCounts all_blocks(const std::int16_t* weights, const std::int16_t* activations,
                        const KernelShape& shape, std::int32_t* out) {
    KernelCounts counts;
    const std::int64_t weight_stride = shape.checks * shape.pairs * 2 * kKernelChannels;
    const std::int64_t token_stride = shape.checks * shape.pairs * 2;
    const std::int64_t out_stride = shape.channel_blocks * kKernelChannels;
    for (std::int64_t channels = 0; channels < shape.channel_blocks; ++channels) {
        const std::int16_t* block_weights = weights + channels * weight_stride;
        for (std::int64_t token = 0; token < shape.tokens;) {
            bool full = shape.tokens - token >= kKernelTokens;
            const std::int16_t* block_activations = activations + token * token_stride;
            std::int32_t* block_out = out + token * out_stride + channels * kKernelChannels;
            KernelCounts more =
                full ? block<kKernelTokens>(block_weights, block_activations, shape, block_out, out_stride)
                     : block<1>(block_weights, block_activations, shape, block_out, out_stride);
            counts.inner_overflow_tiles += more.inner_overflow_tiles;
            counts.inner_overflow_outputs += more.inner_overflow_outputs;
            counts.outer_overflow_outputs += more.outer_overflow_outputs;
            token += full ? kKernelTokens : 1;
        }
    }
    return counts;
}

}  // namespace
}  // namespace macaw::golden
