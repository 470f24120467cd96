#include "quantizer/row_vectors.hpp"

#include <array>
#include <cstddef>

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
