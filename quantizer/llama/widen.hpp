// Sixteen-bit floating-point numbers of a checkpoint to float32: exact, subnormals included.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace macaw::quantizer {

// IEEE half precision.
inline float half_to_float(std::uint16_t half) {
    std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16U;
    std::uint32_t exponent = (half >> 10U) & 0x1FU;
    std::uint32_t fraction = half & 0x3FFU;
    if (exponent == 0x1FU) return std::bit_cast<float>(sign | 0x7F800000U | (fraction << 13U));
    if (exponent == 0) {
        float magnitude = static_cast<float>(fraction) * 0x1p-24F;
        return sign == 0 ? magnitude : -magnitude;
    }
    return std::bit_cast<float>(sign | ((exponent + 112U) << 23U) | (fraction << 13U));
}

inline float bfloat16_to_float(std::uint16_t value) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(value) << 16U);
}

// The two bytes at `at`, little-endian, at any alignment.
inline std::uint16_t load_u16(const std::byte* at) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, at, sizeof bits);
    return bits;
}

// `convert` of each of the count 16-bit numbers at `bytes`.
template <typename Convert>
void widen_16(const std::byte* bytes, std::size_t count, Convert convert, float* out) {
    for (std::size_t i = 0; i < count; ++i) out[i] = convert(load_u16(bytes + 2 * i));
}

}  // namespace macaw::quantizer
