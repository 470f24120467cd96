// One description of the integer datapath; golden model, bounds, quantizer, generator, simulators and reports
// read this struct and no width is written anywhere else.
//
// A K-long dot product is cut into tiles of T products. Products of one tile are summed in the inner
// accumulator (P_I bits); each finished tile is added to the outer accumulator (P_O bits). The last tile may
// be short.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "golden/integer_range.hpp"
#include "golden/support/file.hpp"
#include "golden/support/yaml.hpp"

namespace macaw::golden {

// One activation, and one weight, as the hardware sees it: up to 16 and up to 8 bits, signed or unsigned.
using ActivationCode = std::int32_t;
using WeightCode = std::int16_t;

struct Datapath {
    BitWidth weight_bits{4};      // M
    BitWidth activation_bits{8};  // N
    // The quantizer makes signed weights only (no zero point of weights); the hardware multiplies either.
    Signedness weight_signedness = Signedness::Signed;
    Signedness activation_signedness = Signedness::Signed;
    int tile = 64;            // T, products
    BitWidth inner_bits{16};  // P_I, signed whatever the factors are
    BitWidth outer_bits{20};  // P_O >= P_I
    OverflowMode inner_overflow = OverflowMode::Wrap;
    OverflowMode outer_overflow = OverflowMode::Wrap;
    // Products that are added exactly before the sum is range-checked against the inner accumulator, in
    // ascending k. Divides T. L (lanes) for dot-product units, 1 in a systolic column. Has no influence on
    // `wrap` values.
    int products_per_check = 1;

    bool operator==(const Datapath&) const = default;

    // Of the codes: symmetric, [-(2^(M-1)-1), 2^(M-1)-1], or unsigned, [0, 2^M-1].
    Range weight_range() const {
        const Range port = weight_port_range();
        return {std::max(port.min, -port.max), port.max};
    }
    // Every bit pattern of a weight: -2^(M-1) too, which is no code of a signed one.
    Range weight_port_range() const { return range_of(weight_bits, weight_signedness); }
    Range activation_range() const { return range_of(activation_bits, activation_signedness); }
    std::int64_t tiles(std::int64_t in_features) const { return (in_features + tile - 1) / tile; }
};

// Everything wrong with the values, all at once: field name (as in the YAML), message, hint.
struct DatapathProblem {
    std::string field;
    std::string message;
    std::string hint;
};
std::vector<DatapathProblem> validate(const Datapath& datapath);

// Legal but surprising: an inner accumulator that does not hold a single extreme product.
std::vector<std::string> warnings(const Datapath& datapath);

// The YAML mapping `datapath:`; products_per_check is not a key (it follows from the array). Records all
// errors.
Datapath read_datapath(YamlMapping yaml);

Json to_json(const Datapath& datapath);
// `file` is where `json` came from, for the error.
Expected<Datapath> datapath_from_json(const Json& json, const std::filesystem::path& file);

// "W4A8 T=64 P_I=15 P_O=19 wrap/wrap"; "W4uA8u ..." where weights and activations are unsigned
std::string to_string(const Datapath& datapath);

}  // namespace macaw::golden
