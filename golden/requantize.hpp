// Requantization: from the content of an outer accumulator to a code of the next layer's activations, in
// integers.
//
//   code = clamp(zero_point + round((accumulator + bias) * multiplier / 2^shift))
//
// multiplier / 2^shift is the channel's real scale (weight scale * input scale / output scale) to S bits;
// bias is the channel's constant in units of the accumulator (zero-point correction, layer bias). As in
// gemmlowp (Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only
// inference", 2018, Sec. 2.2), but exact: one rounding, of the whole product.
#pragma once

#include <string>
#include <vector>

#include "golden/datapath.hpp"

namespace macaw::golden {

// Of a half; everything else goes to the nearest integer.
//   HalfUp    towards plus infinity: add a half and drop the fraction
//   HalfEven  to the even neighbour, as rint() does: no bias
enum class Rounding { HalfUp, HalfEven };

struct Requantization {
    BitWidth bias_bits{24};        // signed
    BitWidth multiplier_bits{16};  // S, unsigned
    int largest_shift = 31;        // 1, 3, 7, 15 or 31: every bit pattern of the shift port is legal
    Rounding rounding = Rounding::HalfEven;
    BitWidth output_bits{8};
    Signedness output_signedness = Signedness::Signed;
    bool operator==(const Requantization&) const = default;

    Range output_range() const { return range_of(output_bits, output_signedness); }
};

// Of one output channel.
struct ChannelScale {
    std::int64_t bias = 0;        // bias_bits, signed
    std::int64_t multiplier = 0;  // 0 .. 2^S - 1
    int shift = 0;                // 0 .. largest_shift
    bool operator==(const ChannelScale&) const = default;
};

// Everything wrong with the values, given P_O of the accumulator.
std::vector<DatapathProblem> validate(const Requantization& requantization, BitWidth outer_bits);

// accumulator: P_O bits with validate() empty; zero_point: inside the output range.
std::int64_t requantize(std::int64_t accumulator, const ChannelScale& scale, std::int64_t zero_point,
                        const Requantization& requantization);

// The multiplier and shift nearest to a positive real scale; the relative error is at most 2^-S unless the
// shift is at its limit. Error: a scale that is not positive and finite, or 2^S and more.
Expected<ChannelScale> nearest_scale(double scale, std::int64_t bias, const Requantization& requantization);

// The YAML mapping `requantize:`. Records all errors.
Requantization read_requantization(YamlMapping yaml);
Json to_json(const Requantization& requantization);
std::string to_string(const Requantization& requantization);

}  // namespace macaw::golden
