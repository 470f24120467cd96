// Inner loop of FastMatmul, compiled twice: portable and with AVX2. Eight output channels stand side by side
// in a vector of 32-bit lanes, and two consecutive products of each are added at a time (pmaddwd):
//
//   weights:     [channel_blocks, checks, pairs, 8 channels, 2]  int16, zero where K or the channels end
//   activations: [tokens, checks, pairs, 2]                      int16
//
// A "check" is a group of products_per_check products, after which the inner accumulator is range-checked;
// pairs = ceil(products_per_check / 2). All widths fit 31 bits here (FastMatmul makes sure).
// Only plain types: this header is compiled with different instruction sets and must not leak inline
// functions.
#pragma once

#include <cstdint>

namespace macaw::golden {

constexpr int kKernelChannels = 8;
constexpr std::int64_t kKernelBlocks = 2;  // of channels, and
constexpr std::int64_t kKernelTokens = 4;  // whose sums are in registers together

struct KernelShape {
    std::int64_t tokens = 0;
    std::int64_t channel_blocks = 0;
    std::int64_t checks = 0;           // of a whole dot product
    std::int64_t checks_per_tile = 0;  // the last tile may have fewer
    std::int64_t pairs = 0;
    int inner_bits = 0;
    int outer_bits = 0;
    bool inner_saturates = false;
    bool outer_saturates = false;
};

struct KernelCounts {
    std::int64_t inner_overflow_tiles = 0;
    std::int64_t inner_overflow_outputs = 0;
    std::int64_t outer_overflow_outputs = 0;
};

// out: [tokens, channel_blocks * 8]
KernelCounts matmul_kernel_portable(const std::int16_t* weights, const std::int16_t* activations,
                                    const KernelShape& shape, std::int32_t* out);
KernelCounts matmul_kernel_avx2(const std::int16_t* weights, const std::int16_t* activations,
                                const KernelShape& shape, std::int32_t* out);

}  // namespace macaw::golden
