#include "quantizer/row_vectors.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "golden/support/vector_clones.hpp"

namespace macaw::quantizer {

namespace {

constexpr std::size_t kLanes = 8;  // maxima that run side by side

}  // namespace

MACAW_FOR_ALL_VECTORS void add_multiple(std::span<double> values, double factor, const double* line) {
    double* __restrict out = values.data();
    const std::size_t size = values.size();
    for (std::size_t i = 0; i < size; ++i) out[i] += factor * line[i];
}

// A code less its zero point has at most 17 bits and is exact in float32.
MACAW_FOR_ALL_VECTORS void dequantize_row(std::span<const golden::ActivationCode> codes, float scale,
                                          std::int32_t zero_point, std::span<float> values) {
    const golden::ActivationCode* code = codes.data();
    float* __restrict out = values.data();
    const std::size_t size = values.size();
    for (std::size_t i = 0; i < size; ++i) out[i] = scale * static_cast<float>(code[i] - zero_point);
}

// An integer becomes a double as the low bits of 1.5 * 2^52: no vector instruction before AVX-512 converts 64
// bits.
MACAW_FOR_ALL_VECTORS void dequantize_sums(std::span<const std::int64_t> sums,
                                           std::span<const std::int64_t> code_sums, golden::TokenScale token,
                                           std::span<const float> scales, std::span<float> values) {
    constexpr double kShift = 0x1.8p52;
    constexpr auto kShiftBits = std::bit_cast<std::int64_t>(kShift);
    const std::int64_t* sum = sums.data();
    const std::int64_t* code_sum = code_sums.data();
    const float* row_scale = scales.data();
    float* __restrict out = values.data();
    const std::size_t size = values.size();
    const std::int32_t zero_point = token.zero_point;
    const auto scale = static_cast<double>(token.scale);
    for (std::size_t i = 0; i < size; ++i) {
        const std::int64_t corrected = sum[i] - zero_point * code_sum[i];
        const double exact = std::bit_cast<double>(corrected + kShiftBits) - kShift;
        out[i] = static_cast<float>(exact * scale * static_cast<double>(row_scale[i]));
    }
}

void dequantize_any_sums(std::span<const std::int64_t> sums, std::span<const std::int64_t> code_sums,
                         golden::TokenScale token, std::span<const float> scales, std::span<float> values) {
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<float>(static_cast<double>(sums[i] - token.zero_point * code_sums[i]) *
                                       static_cast<double>(token.scale) * static_cast<double>(scales[i]));
}

bool fits_dequantize_sums(std::span<const std::int64_t> code_sums, golden::Range activation,
                          golden::BitWidth accumulator) {
    double largest = 0;
    for (std::int64_t sum : code_sums) largest = std::max(largest, std::abs(static_cast<double>(sum)));
    const double zero_point = std::max(std::abs(static_cast<double>(activation.min)),
                                       std::abs(static_cast<double>(activation.max)));
    return std::exp2(accumulator.bits() - 1) + zero_point * largest < 0x1p51;
}

MACAW_FOR_ALL_VECTORS double pair_bounds(const PairStep& step, std::span<double> bounds) {
    const double* slope = step.slope;
    const double* line = step.line;
    const double* curvature = step.curvature;
    const double own = step.own, change = step.change;
    const double twice = 2 * step.scale, square = step.scale * step.scale;
    double* __restrict out = bounds.data();
    const std::size_t size = bounds.size();
    for (std::size_t i = 0; i < size; ++i) {
        const double pull = slope[i] + change * line[i];
        const double magnitude = pull < 0 ? -pull : pull;
        out[i] = own + twice * magnitude - square * curvature[i];
    }
    std::array<double, kLanes> part;
    part.fill(out[0]);
    const std::size_t whole = size / kLanes * kLanes;
    for (std::size_t i = 0; i < whole; i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            part[lane] = out[i + lane] > part[lane] ? out[i + lane] : part[lane];
    for (std::size_t i = whole; i < size; ++i) part[0] = out[i] > part[0] ? out[i] : part[0];
    double largest = part[0];
    for (double value : part) largest = value > largest ? value : largest;
    return largest;
}

}  // namespace macaw::quantizer
