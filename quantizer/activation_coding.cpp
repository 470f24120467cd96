#include "quantizer/activation_coding.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace macaw::quantizer {

namespace {

constexpr std::size_t kMostValues = std::size_t{1} << 22;

std::vector<float> some_values(std::span<const Matrix* const> inputs) {
    std::size_t total = 0;
    for (const Matrix* input : inputs) total += static_cast<std::size_t>(input->size());
    std::size_t stride = std::max<std::size_t>(1, total / kMostValues) | 1U;  // odd: no fixed set of columns
    std::vector<float> values;
    std::size_t next = 0;
    for (const Matrix* input : inputs) {
        auto size = static_cast<std::size_t>(input->size());
        for (; next < size; next += stride) values.push_back(input->data()[next]);
        next -= size;
    }
    return values;
}

// The value below which `share` (0..1) of the values lie.
float quantile(std::vector<float>& values, double share) {
    auto index = static_cast<std::size_t>(std::round(share * static_cast<double>(values.size() - 1)));
    auto place = values.begin() + static_cast<std::ptrdiff_t>(index);
    std::nth_element(values.begin(), place, values.end());
    return *place;
}

}  // namespace

golden::Range narrowed_range(const golden::Datapath& datapath, golden::ZeroPoint zero_point, double levels) {
    golden::Range port = datapath.activation_range();
    if (levels >= 1.0) return port;
    auto most = std::max<std::int64_t>(1, std::llround(levels * static_cast<double>(port.max)));
    if (zero_point == golden::ZeroPoint::Symmetric) return {-most, most};
    if (port.min == 0) return {0, most};
    return {-most - 1, most};
}

golden::ZeroPoint zero_point_of(const golden::Datapath& datapath, const ActivationOptions& options) {
    return options.zero_point ? *options.zero_point : golden::default_coding(datapath).zero_point;
}

golden::TokenScale static_scale(std::span<const Matrix* const> inputs, golden::Range range,
                                golden::ZeroPoint zero_point, double percentile) {
    std::vector<float> values = some_values(inputs);
    double share = percentile / 100.0;
    // One imaginary token of two values has the scale and zero point that all tokens get.
    std::vector<float> ends(2, 0.0F);
    if (zero_point == golden::ZeroPoint::Symmetric) {
        for (float& value : values) value = std::abs(value);
        ends[1] = quantile(values, share);
    } else {
        ends[0] = std::min(0.0F, quantile(values, 1.0 - share));
        ends[1] = std::max(0.0F, quantile(values, share));
    }
    std::vector<golden::ActivationCode> codes(2);
    return golden::quantize_token(ends, {range, zero_point, 1.0F, {}}, codes);
}

}  // namespace macaw::quantizer
