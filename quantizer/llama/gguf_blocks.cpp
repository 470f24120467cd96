#include "quantizer/llama/gguf_blocks.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <fmt/format.h>

#include "quantizer/llama/widen.hpp"

namespace macaw::quantizer {

namespace {

constexpr std::array<GgufTypeFacts, 11> kTypes{{{GgufType::F32, "F32", 1, 4},
                                                {GgufType::F16, "F16", 1, 2},
                                                {GgufType::BF16, "BF16", 1, 2},
                                                {GgufType::Q4_0, "Q4_0", 32, 18},
                                                {GgufType::Q4_1, "Q4_1", 32, 20},
                                                {GgufType::Q5_0, "Q5_0", 32, 22},
                                                {GgufType::Q5_1, "Q5_1", 32, 24},
                                                {GgufType::Q8_0, "Q8_0", 32, 34},
                                                {GgufType::Q4_K, "Q4_K", 256, 144},
                                                {GgufType::Q5_K, "Q5_K", 256, 176},
                                                {GgufType::Q6_K, "Q6_K", 256, 210}}};

unsigned byte_at(const std::byte* at, int index) {
    return std::to_integer<unsigned>(at[index]);
}

float half_at(const std::byte* at) {
    return half_to_float(load_u16(at));
}

// scale * code + minimum, the code unsigned.
float affine(float scale, unsigned code, float minimum) {
    return scale * static_cast<float>(code) + minimum;
}

// Fifth bit of element `index` of a block of 32, in place.
unsigned fifth_bit(const std::byte* bits, int index) {
    return (byte_at(bits, index / 8) >> (static_cast<unsigned>(index) % 8U) & 1U) << 4U;
}

// Q4_0, Q4_1, Q5_0, Q5_1: half scale [, half minimum] [, 4 bytes of fifth bits], 16 bytes whose low halves
// are elements 0..15 and whose high halves are elements 16..31. Without a minimum the code is offset by half
// its range.
template <bool kHasMinimum, bool kFiveBits>
void dequantize_32(const std::byte* block, float* out) {
    constexpr int kHeader = kHasMinimum ? 4 : 2;
    float scale = half_at(block);
    float minimum = kHasMinimum ? half_at(block + 2) : scale * (kFiveBits ? -16.0F : -8.0F);
    const std::byte* codes = block + kHeader + (kFiveBits ? 4 : 0);
    for (int i = 0; i < 16; ++i) {
        unsigned low = byte_at(codes, i) & 0xFU;
        unsigned high = byte_at(codes, i) >> 4U;
        if constexpr (kFiveBits) {
            low |= fifth_bit(block + kHeader, i);
            high |= fifth_bit(block + kHeader, i + 16);
        }
        out[i] = affine(scale, low, minimum);
        out[i + 16] = affine(scale, high, minimum);
    }
}

// Half scale, 32 signed codes.
void dequantize_q8_0(const std::byte* block, float* out) {
    float scale = half_at(block);
    for (int i = 0; i < 32; ++i) out[i] = scale * static_cast<float>(static_cast<std::int8_t>(block[2 + i]));
}

struct SixBitPair {
    unsigned scale;
    unsigned minimum;
};

// Scale and minimum of the group-th 32 elements, packed into 12 bytes: six bits each; those of groups 4..7
// are split into four low bits in bytes 8..11 and two high bits above the six of groups 0..3.
SixBitPair six_bit_pair(const std::byte* packed, int group) {
    if (group < 4) return {byte_at(packed, group) & 0x3FU, byte_at(packed, group + 4) & 0x3FU};
    unsigned low = byte_at(packed, group + 4);
    return {(low & 0xFU) | (byte_at(packed, group - 4) >> 6U << 4U),
            (low >> 4U) | (byte_at(packed, group) >> 6U << 4U)};
}

// Q4_K, Q5_K: half scale of the scales, half scale of the minima, 12 bytes of scales and minima [, 32 bytes
// of fifth bits: bit `group` of byte i], 128 bytes of codes: 32 bytes serve two groups, low halves first.
template <bool kFiveBits>
void dequantize_k(const std::byte* block, float* out) {
    float scale = half_at(block);
    float minimum = half_at(block + 2);
    const std::byte* packed = block + 4;
    const std::byte* fifth = block + 16;
    const std::byte* codes = block + 16 + (kFiveBits ? 32 : 0);
    for (int group = 0; group < 8; ++group) {
        SixBitPair pair = six_bit_pair(packed, group);
        float group_scale = scale * static_cast<float>(pair.scale);
        float group_minimum = -(minimum * static_cast<float>(pair.minimum));
        const std::byte* from = codes + 32 * (group / 2);
        for (int i = 0; i < 32; ++i) {
            unsigned code = group % 2 == 0 ? byte_at(from, i) & 0xFU : byte_at(from, i) >> 4U;
            if constexpr (kFiveBits) code |= (byte_at(fifth, i) >> static_cast<unsigned>(group) & 1U) << 4U;
            out[32 * group + i] = affine(group_scale, code, group_minimum);
        }
    }
}

// 128 bytes of low halves, 64 bytes of high pairs of bits, 16 signed scales of 16 elements each, half scale.
// Each half of the block: 64 bytes of low halves, 32 bytes of high bits, four rows of 32 elements.
void dequantize_q6_k(const std::byte* block, float* out) {
    float scale = half_at(block + 208);
    for (int half = 0; half < 2; ++half) {
        const std::byte* low = block + 64 * half;
        const std::byte* high = block + 128 + 32 * half;
        const std::byte* scales = block + 192 + 8 * half;
        for (int row = 0; row < 4; ++row)
            for (int i = 0; i < 32; ++i) {
                unsigned byte = byte_at(low, i + 32 * (row % 2));
                unsigned low_bits = row < 2 ? byte & 0xFU : byte >> 4U;
                unsigned high_bits = byte_at(high, i) >> static_cast<unsigned>(2 * row) & 3U;
                int code = static_cast<int>(low_bits | high_bits << 4U) - 32;
                auto group_scale = static_cast<std::int8_t>(scales[2 * row + i / 16]);
                out[128 * half + 32 * row + i] =
                    scale * static_cast<float>(group_scale) * static_cast<float>(code);
            }
    }
}

template <typename Dequantize>
void each_block(const GgufTypeFacts& facts, std::span<const std::byte> blocks, std::span<float> out,
                Dequantize dequantize_block) {
    std::size_t count = blocks.size() / facts.bytes;
    for (std::size_t i = 0; i < count; ++i)
        dequantize_block(blocks.data() + i * facts.bytes, out.data() + i * facts.elements);
}

}  // namespace

std::optional<GgufTypeFacts> gguf_type(std::uint32_t number) {
    for (const GgufTypeFacts& facts : kTypes)
        if (static_cast<std::uint32_t>(facts.type) == number) return facts;
    return std::nullopt;
}

std::string readable_gguf_types() {
    std::string names;
    for (const GgufTypeFacts& facts : kTypes) names += (names.empty() ? "" : ", ") + std::string(facts.name);
    return names;
}

void dequantize(GgufType type, std::span<const std::byte> blocks, std::span<float> out) {
    GgufTypeFacts facts = gguf_type(static_cast<std::uint32_t>(type)).value();
    if (blocks.size() % facts.bytes != 0 || blocks.size() / facts.bytes * facts.elements != out.size())
        throw std::logic_error("dequantize: blocks and elements disagree");
    switch (type) {
        case GgufType::F32:
            std::memcpy(out.data(), blocks.data(), out.size_bytes());
            return;
        case GgufType::F16:
            return widen_16(blocks.data(), out.size(), half_to_float, out.data());
        case GgufType::BF16:
            return widen_16(blocks.data(), out.size(), bfloat16_to_float, out.data());
        case GgufType::Q4_0:
            return each_block(facts, blocks, out, dequantize_32<false, false>);
        case GgufType::Q4_1:
            return each_block(facts, blocks, out, dequantize_32<true, false>);
        case GgufType::Q5_0:
            return each_block(facts, blocks, out, dequantize_32<false, true>);
        case GgufType::Q5_1:
            return each_block(facts, blocks, out, dequantize_32<true, true>);
        case GgufType::Q8_0:
            return each_block(facts, blocks, out, dequantize_q8_0);
        case GgufType::Q4_K:
            return each_block(facts, blocks, out, dequantize_k<false>);
        case GgufType::Q5_K:
            return each_block(facts, blocks, out, dequantize_k<true>);
        case GgufType::Q6_K:
            return each_block(facts, blocks, out, dequantize_q6_k);
    }
}

}  // namespace macaw::quantizer
