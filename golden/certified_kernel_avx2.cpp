#include <cstddef>
#include <cstring>

#include <immintrin.h>

#include "golden/certified_kernel.hpp"

namespace macaw::golden {
namespace {

constexpr std::int64_t kChannels = 8;
constexpr std::int64_t kBlocks = 2;  // of channels, and
constexpr std::int64_t kTokens = 4;  // whose sums are in registers together

__m256i load(const void* at) {
    return _mm256_loadu_si256(static_cast<const __m256i*>(at));
}

// The same four activations for all channels.
__m256i broadcast(const std::uint8_t* at) {
    std::int32_t four = 0;
    std::memcpy(&four, at, sizeof four);
    return _mm256_set1_epi32(four);
}

// Each 32-bit lane holds two partial sums of a tile, modulo 2^16: their sum, sign-extended.
__m256i resolve(__m256i sums) {
    __m256i total = _mm256_add_epi32(sums, _mm256_srli_epi32(sums, 16));
    return _mm256_srai_epi32(_mm256_slli_epi32(total, 16), 16);
}

template <std::size_t Blocks, std::size_t Tokens>
void block(const std::int8_t* weights, const std::uint8_t* activations, const std::int32_t* corrections,
           const CertifiedShape& shape, std::int32_t* out) {
    const std::int64_t row = shape.quads * 4;
    __m256i outer[Blocks][Tokens];
    for (auto& tokens : outer)
        for (__m256i& sum : tokens) sum = _mm256_setzero_si256();
    std::int64_t quad = 0;
    for (std::int64_t tile = 0; tile < shape.tiles; ++tile) {
        __m256i inner[Blocks][Tokens];
        for (std::size_t b = 0; b < Blocks; ++b) {
            __m256i start =
                load(corrections + (static_cast<std::int64_t>(b) * shape.tiles + tile) * kChannels);
            for (std::size_t t = 0; t < Tokens; ++t) inner[b][t] = start;
        }
        std::int64_t end = quad + shape.quads_per_tile;
        if (end > shape.quads) end = shape.quads;
        for (; quad < end; ++quad) {
            __m256i codes[Blocks];
            for (std::size_t b = 0; b < Blocks; ++b)
                codes[b] = load(weights + (static_cast<std::int64_t>(b) * row + quad * 4) * kChannels);
            for (std::size_t t = 0; t < Tokens; ++t) {
                __m256i x = broadcast(activations + static_cast<std::int64_t>(t) * row + quad * 4);
                for (std::size_t b = 0; b < Blocks; ++b)
                    inner[b][t] = _mm256_add_epi16(inner[b][t], _mm256_maddubs_epi16(x, codes[b]));
            }
        }
        for (std::size_t b = 0; b < Blocks; ++b)
            for (std::size_t t = 0; t < Tokens; ++t)
                outer[b][t] = _mm256_add_epi32(outer[b][t], resolve(inner[b][t]));
    }
    const std::int64_t stride = shape.channel_blocks * kChannels;
    for (std::size_t b = 0; b < Blocks; ++b)
        for (std::size_t t = 0; t < Tokens; ++t)
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + static_cast<std::int64_t>(t) * stride +
                                                           static_cast<std::int64_t>(b) * kChannels),
                                outer[b][t]);
}

template <std::size_t Blocks>
void all_tokens(const std::int8_t* weights, const std::uint8_t* activations, const std::int32_t* corrections,
                const CertifiedShape& shape, std::int32_t* out) {
    const std::int64_t row = shape.quads * 4;
    const std::int64_t stride = shape.channel_blocks * kChannels;
    std::int64_t token = 0;
    for (; token + kTokens <= shape.tokens; token += kTokens)
        block<Blocks, kTokens>(weights, activations + token * row, corrections, shape, out + token * stride);
    for (; token < shape.tokens; ++token)
        block<Blocks, 1>(weights, activations + token * row, corrections, shape, out + token * stride);
}

}  // namespace

void certified_kernel_avx2(const std::int8_t* weights, const std::uint8_t* activations,
                           const std::int32_t* corrections, const CertifiedShape& shape, std::int32_t* out) {
    const std::int64_t row = shape.quads * 4;
    std::int64_t at = 0;
    for (; at + kBlocks <= shape.channel_blocks; at += kBlocks)
        all_tokens<kBlocks>(weights + at * row * kChannels, activations,
                            corrections + at * shape.tiles * kChannels, shape, out + at * kChannels);
    for (; at < shape.channel_blocks; ++at)
        all_tokens<1>(weights + at * row * kChannels, activations, corrections + at * shape.tiles * kChannels,
                      shape, out + at * kChannels);
}

}  // namespace macaw::golden
