#include "golden/requantize.hpp"

#include <algorithm>
#include <cmath>

#include "golden/bit_width_config.hpp"

namespace macaw::golden {

namespace {

const std::vector<std::pair<std::string, Rounding>> kRoundings = {{"half_up", Rounding::HalfUp},
                                                                  {"half_even", Rounding::HalfEven}};
const std::vector<std::pair<std::string, Signedness>> kSignednessWords = {{"signed", Signedness::Signed},
                                                                          {"unsigned", Signedness::Unsigned}};

constexpr int kLargestShift = 31;

std::string word_of(Rounding rounding) {
    return rounding == Rounding::HalfUp ? "half_up" : "half_even";
}

}  // namespace

std::vector<DatapathProblem> validate(const Requantization& requantization, BitWidth outer_bits) {
    std::vector<DatapathProblem> problems;
    const int shift = requantization.largest_shift;
    if (shift < 1 || shift > kLargestShift || (shift & (shift + 1)) != 0)
        problems.push_back({"largest_shift", fmt::format("{} is not 1, 3, 7, 15 or 31", shift),
                            "the port of the shift must have no bit pattern that the hardware cannot do"});
    if (requantization.output_bits.bits() > 16)
        problems.push_back(
            {"output_bits", fmt::format("{} is not in 1..16", requantization.output_bits.bits()), {}});
    const int sum = std::max(outer_bits.bits(), requantization.bias_bits.bits()) + 1;
    const int product = sum + requantization.multiplier_bits.bits() + 1;
    if (product > BitWidth::kMax)
        problems.push_back(
            {"multiplier_bits",
             fmt::format("the product needs {} bits, the limit is {}", product, BitWidth::kMax),
             fmt::format("multiplier_bits + max(outer_bits, bias_bits) may be {} at most",
                         BitWidth::kMax - 2)});
    return problems;
}

std::int64_t requantize(std::int64_t accumulator, const ChannelScale& scale, std::int64_t zero_point,
                        const Requantization& requantization) {
    const std::int64_t product = (accumulator + scale.bias) * scale.multiplier;
    std::int64_t rounded = product;
    if (scale.shift > 0) {
        const std::int64_t below = product >> scale.shift;  // floor
        const std::int64_t rest = product - (below << scale.shift),
                           half = std::int64_t{1} << (scale.shift - 1);
        const bool half_goes_up = requantization.rounding == Rounding::HalfUp || (below & 1) != 0;
        rounded = below + (rest > half || (rest == half && half_goes_up) ? 1 : 0);
    }
    const Range range = requantization.output_range();
    return std::clamp(rounded + zero_point, range.min, range.max);
}

Expected<ChannelScale> nearest_scale(double scale, std::int64_t bias, const Requantization& requantization) {
    const int bits = requantization.multiplier_bits.bits();
    const std::int64_t most = (std::int64_t{1} << bits) - 1;
    if (!std::isfinite(scale) || scale <= 0 || scale > static_cast<double>(most))
        return fail(ErrorKind::BadInput, "a scale of {} is not in (0, {}]", scale, most);
    int exponent = 0;
    std::frexp(scale, &exponent);  // scale = f * 2^exponent, f in [0.5, 1)
    int shift = std::clamp(bits - exponent, 0, requantization.largest_shift);
    std::int64_t multiplier = std::llrint(std::ldexp(scale, shift));
    if (multiplier > most) {  // rounded up to 2^S
        if (shift == 0) return fail(ErrorKind::BadInput, "a scale of {} is not in (0, {}]", scale, most);
        multiplier = std::llrint(std::ldexp(scale, --shift));
    }
    return ChannelScale{bias, multiplier, shift};
}

Requantization read_requantization(YamlMapping yaml) {
    Requantization requantization;
    read_width(yaml, "bias_bits", requantization.bias_bits);
    read_width(yaml, "multiplier_bits", requantization.multiplier_bits);
    yaml.read("largest_shift", requantization.largest_shift);
    yaml.read_word("rounding", requantization.rounding, kRoundings);
    read_width(yaml, "output_bits", requantization.output_bits);
    yaml.read_word("output_signedness", requantization.output_signedness, kSignednessWords);
    yaml.finish();
    return requantization;
}

Json to_json(const Requantization& requantization) {
    return {{"bias_bits", requantization.bias_bits.bits()},
            {"multiplier_bits", requantization.multiplier_bits.bits()},
            {"largest_shift", requantization.largest_shift},
            {"rounding", word_of(requantization.rounding)},
            {"output_bits", requantization.output_bits.bits()},
            {"output_signedness", to_string(requantization.output_signedness)}};
}

std::string to_string(const Requantization& requantization) {
    return fmt::format("requantized to {} bits {}, bias {}, multiplier {} bits, shift 0..{}, {}",
                       requantization.output_bits.bits(), to_string(requantization.output_signedness),
                       requantization.bias_bits.bits(), requantization.multiplier_bits.bits(),
                       requantization.largest_shift, word_of(requantization.rounding));
}

}  // namespace macaw::golden
