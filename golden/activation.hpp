// From float activations to the integers that the hardware sees (DESIGN conventions). With codes in [low,
// high]:
//   symmetric:  s = reach * max|x| / high, code = rint(x/s), ties to even, clamped to [low, high]; z = 0
//   asymmetric: s = reach * (max - min) / (high - low) with 0 inside [min, max], z = rint(low - reach * min /
//   s),
//               code = rint(x/s) + z, clamped
// One scale a token, or one fixed for the layer. An all-zero token has s = 1. `reach` below 1 clips the
// largest values for a finer step. Codes narrower than the port's N bits leave the accumulator more room
// (arXiv 2409.17092, Eq. 8 depends on the range [mu, nu] alone), so a layer may use fewer than the hardware
// offers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

#include "golden/datapath.hpp"

namespace macaw::golden {

struct TokenScale {
    float scale = 1.0F;
    std::int32_t zero_point = 0;  // x ~ scale * (code - zero_point); 0 for symmetric codes

    bool operator==(const TokenScale&) const = default;
};

enum class ZeroPoint { Symmetric, Asymmetric };

struct ActivationCoding {
    Range range;  // of the codes, contains 0: inside the datapath's activation_range(); certificates use it
    ZeroPoint zero_point = ZeroPoint::Symmetric;
    float reach = 1.0F;               // (0, 1]: share of the token's range that the codes cover
    std::optional<TokenScale> fixed;  // per tensor; absent: one scale a token

    bool operator==(const ActivationCoding&) const = default;
};

// The whole range of the datapath, one scale a token: symmetric if signed, asymmetric if unsigned.
ActivationCoding default_coding(const Datapath& datapath);

// What is wrong with `coding` on this datapath; empty: nothing. A symmetric code needs negative codes.
std::string problem_of(const ActivationCoding& coding, const Datapath& datapath);

Json to_json(const ActivationCoding& coding);
Expected<ActivationCoding> activation_coding_from_json(const Json& json, const std::filesystem::path& file);

// x: [in_features] of one token; codes: [in_features] out. Throws std::domain_error where x is not finite.
TokenScale quantize_token(std::span<const float> x, const ActivationCoding& coding,
                          std::span<ActivationCode> codes);

}  // namespace macaw::golden
