// From float activations to the integers that the hardware sees, one scale a token (DESIGN conventions):
//   signed:   s = max|x| / (2^(N-1)-1), code = rint(x/s), ties to even, clamped to [-2^(N-1), 2^(N-1)-1]
//   unsigned: s = (max - min) / (2^N - 1) with 0 inside [min, max], z = rint(-min/s), code = rint(x/s) + z,
//   clamped
// An all-zero token has s = 1 (and z = 0).
#pragma once

#include <cstdint>
#include <span>

#include "golden/datapath.hpp"

namespace macaw::golden {

struct TokenScale {
    float scale = 1.0F;
    std::int32_t zero_point = 0;  // x ~ scale * (code - zero_point); 0 for signed activations
};

// x: [in_features] of one token; codes: [in_features] out.
TokenScale quantize_token(std::span<const float> x, const Datapath& datapath,
                          std::span<ActivationCode> codes);

}  // namespace macaw::golden
