#include "golden/activation.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "golden/support/vector_clones.hpp"

namespace macaw::golden {

namespace {

// To the nearest integer, ties to even, for |v| < 2^22: adding 1.5 * 2^23 leaves no fraction bits (IEEE 754
// default rounding). std::nearbyint does the same, one call an element.
float round_to_even(float v) {
    constexpr float kNoFraction = 12582912.0F;
    return (v + kNoFraction) - kNoFraction;
}

constexpr std::size_t kLanes = 16;  // partial results that run side by side

// Of the values and 0; not finite where a value is not.
struct Extremes {
    float smallest = 0.0F, largest = 0.0F;
    bool finite = true;
};

MACAW_FOR_ALL_VECTORS Extremes extremes_of(std::span<const float> values) {
    constexpr std::uint32_t kExponent = 0x7f800000;  // all ones: infinite or not a number
    const float* x = values.data();
    const std::size_t size = values.size();
    std::array<float, kLanes> smallest{}, largest{};
    std::array<std::uint32_t, kLanes> exponent{};
    auto see = [&](std::size_t i, std::size_t lane) {
        smallest[lane] = x[i] < smallest[lane] ? x[i] : smallest[lane];
        largest[lane] = x[i] > largest[lane] ? x[i] : largest[lane];
        const std::uint32_t bits = std::bit_cast<std::uint32_t>(x[i]) & kExponent;
        exponent[lane] = bits > exponent[lane] ? bits : exponent[lane];
    };
    const std::size_t whole = size / kLanes * kLanes;
    for (std::size_t i = 0; i < whole; i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane) see(i + lane, lane);
    for (std::size_t i = whole; i < size; ++i) see(i, 0);
    Extremes result;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
        result.smallest = std::min(result.smallest, smallest[lane]);
        result.largest = std::max(result.largest, largest[lane]);
        result.finite = result.finite && exponent[lane] < kExponent;
    }
    return result;
}

MACAW_FOR_ALL_VECTORS void encode(std::span<const float> x, float scale, float zero_point, Range range,
                                  std::span<ActivationCode> codes) {
    auto low = static_cast<float>(range.min);
    auto high = static_cast<float>(range.max);
    for (std::size_t i = 0; i < x.size(); ++i) {
        float code = round_to_even(x[i] / scale) + zero_point;
        codes[i] = static_cast<ActivationCode>(std::min(std::max(code, low), high));
    }
}

// The scale and zero point of one token whose values lie in [smallest, largest], 0 inside.
TokenScale scale_of(float smallest, float largest, const ActivationCoding& coding) {
    TokenScale token;
    auto low = static_cast<float>(coding.range.min);
    auto high = static_cast<float>(coding.range.max);
    // A spread so small that its scale is subnormal is as good as zero.
    if (coding.zero_point == ZeroPoint::Symmetric) {
        float scale = coding.reach * std::max(-smallest, largest) / high;
        if (std::isnormal(scale)) token.scale = scale;
        return token;
    }
    float scale = coding.reach * (largest - smallest) / (high - low);
    if (std::isnormal(scale)) token.scale = scale;
    float zero = round_to_even(low - coding.reach * smallest / token.scale);
    token.zero_point = static_cast<std::int32_t>(std::min(std::max(zero, low), high));
    return token;
}

}  // namespace

ActivationCoding default_coding(const Datapath& datapath) {
    bool is_signed = datapath.activation_signedness == Signedness::Signed;
    return {datapath.activation_range(), is_signed ? ZeroPoint::Symmetric : ZeroPoint::Asymmetric, 1.0F, {}};
}

std::string problem_of(const ActivationCoding& coding, const Datapath& datapath) {
    Range port = datapath.activation_range();
    Range range = coding.range;
    if (range.min < port.min || range.max > port.max)
        return fmt::format("activation codes {}..{} are outside {}..{} of the datapath", range.min, range.max,
                           port.min, port.max);
    if (!range.contains(0) || range.max < 1)
        return fmt::format("activation codes {}..{} need 0 and a positive code", range.min, range.max);
    if (coding.zero_point == ZeroPoint::Symmetric && range.min > -1)
        return "symmetric activation codes need negative codes";
    if (!(coding.reach > 0.0F && coding.reach <= 1.0F))
        return fmt::format("activation reach {} is outside (0, 1]", coding.reach);
    if (!coding.fixed) return {};
    if (!std::isnormal(coding.fixed->scale) || coding.fixed->scale < 0.0F)
        return fmt::format("activation scale {} is not positive", coding.fixed->scale);
    if (!range.contains(coding.fixed->zero_point))
        return fmt::format("activation zero point {} is outside {}..{}", coding.fixed->zero_point, range.min,
                           range.max);
    return {};
}

Json to_json(const ActivationCoding& coding) {
    Json json = {{"range", {coding.range.min, coding.range.max}},
                 {"zero_point", coding.zero_point == ZeroPoint::Symmetric ? "symmetric" : "asymmetric"},
                 {"reach", coding.reach}};
    if (coding.fixed)
        json["fixed"] = {{"scale", coding.fixed->scale}, {"zero_point", coding.fixed->zero_point}};
    return json;
}

Expected<ActivationCoding> activation_coding_from_json(const Json& json, const std::filesystem::path& file) {
    ActivationCoding coding;
    MACAW_TRY(auto range, json_member<std::vector<std::int64_t>>(json, "range", file));
    MACAW_TRY(auto zero_point, json_member<std::string>(json, "zero_point", file));
    MACAW_TRY(coding.reach, json_member<float>(json, "reach", file));
    if (range.size() != 2 || (zero_point != "symmetric" && zero_point != "asymmetric"))
        return fail(
            Error{ErrorKind::BadInput, "an activation coding that cannot be read", {}, {file.string()}});
    coding.range = {range[0], range[1]};
    coding.zero_point = zero_point == "symmetric" ? ZeroPoint::Symmetric : ZeroPoint::Asymmetric;
    if (!json.contains("fixed")) return coding;
    TokenScale fixed;
    MACAW_TRY(fixed.scale, json_member<float>(json.at("fixed"), "scale", file));
    MACAW_TRY(fixed.zero_point, json_member<std::int32_t>(json.at("fixed"), "zero_point", file));
    coding.fixed = fixed;
    return coding;
}

TokenScale quantize_token(std::span<const float> x, const ActivationCoding& coding,
                          std::span<ActivationCode> codes) {
    require(x.size() == codes.size(), "quantize_token: shapes differ");
    const Extremes extremes = extremes_of(x);
    if (!extremes.finite) throw std::domain_error("an activation is not finite");
    TokenScale token = coding.fixed ? *coding.fixed : scale_of(extremes.smallest, extremes.largest, coding);
    encode(x, token.scale, static_cast<float>(token.zero_point), coding.range, codes);
    return token;
}

}  // namespace macaw::golden
