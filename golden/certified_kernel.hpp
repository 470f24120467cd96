// Inner loop of CertifiedMatmul; compiled with -mavx2, called only where the processor has it. A quad is four
// consecutive products; a tile starts a quad. Only plain types: see matmul_kernel.hpp.
#pragma once

#include <cstdint>

namespace macaw::golden {

struct CertifiedShape {
    std::int64_t tokens = 0;
    std::int64_t channel_blocks = 0;  // of 8
    std::int64_t tiles = 0;
    std::int64_t quads_per_tile = 0;  // the last tile may have fewer
    std::int64_t quads = 0;           // of a whole dot product
};

// weights: [channel_blocks, quads, 8, 4], activations: [tokens, quads, 4], corrections: [channel_blocks,
// tiles, 8] of which the low 16 bits count, out: [tokens, channel_blocks * 8].
void certified_kernel_avx2(const std::int8_t* weights, const std::uint8_t* activations,
                           const std::int32_t* corrections, const CertifiedShape& shape, std::int32_t* out);

}  // namespace macaw::golden
