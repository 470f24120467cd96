#include "golden/activation.hpp"

#include <algorithm>
#include <cmath>

namespace macaw::golden {

namespace {

// To the nearest integer, ties to even, for |v| < 2^22: adding 1.5 * 2^23 leaves no fraction bits (IEEE 754
// default rounding). std::nearbyint does the same, one call an element.
float round_to_even(float v) {
    constexpr float kNoFraction = 12582912.0F;
    return (v + kNoFraction) - kNoFraction;
}

void encode(std::span<const float> x, float scale, float zero_point, Range range,
            std::span<ActivationCode> codes) {
    auto low = static_cast<float>(range.min);
    auto high = static_cast<float>(range.max);
    for (std::size_t i = 0; i < x.size(); ++i) {
        float code = round_to_even(x[i] / scale) + zero_point;
        codes[i] = static_cast<ActivationCode>(std::min(std::max(code, low), high));
    }
}

}  // namespace

TokenScale quantize_token(std::span<const float> x, const Datapath& datapath,
                          std::span<ActivationCode> codes) {
    require(x.size() == codes.size(), "quantize_token: shapes differ");
    Range range = datapath.activation_range();
    float smallest = 0.0F;
    float largest = 0.0F;
    bool finite = true;
    for (float value : x) {
        smallest = std::min(smallest, value);
        largest = std::max(largest, value);
        finite = finite && std::isfinite(value);
    }
    if (!finite) throw std::domain_error("an activation is not finite");
    TokenScale token;
    if (datapath.activation_signedness == Signedness::Signed) {
        float reach = std::max(-smallest, largest);
        // A maximum so small that its scale is subnormal is as good as zero.
        float scale = reach / static_cast<float>(range.max);
        if (std::isnormal(scale)) token.scale = scale;
    } else {
        float scale = (largest - smallest) / static_cast<float>(range.max);
        if (std::isnormal(scale)) {
            token.scale = scale;
            token.zero_point = static_cast<std::int32_t>(round_to_even(-smallest / scale));
        }
    }
    encode(x, token.scale, static_cast<float>(token.zero_point), range, codes);
    return token;
}

}  // namespace macaw::golden
