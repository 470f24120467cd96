// The matrix product of codes that no input can make overflow: sums of 16 bits, twice as many products an
// instruction as FastMatmul's other kernel.
//
// Where the worst case of every tile fits P_I and 16 bits, and that of every row P_O and 32 bits, the order
// of additions and whatever passes in between do not matter (DESIGN, "Overflow: what is true"): a tile is
// summed modulo 2^16, activations are read as unsigned bytes code + offset, and offset * (sum of the tile's
// codes) is taken off again, modulo 2^16 too.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "golden/datapath.hpp"

namespace macaw::golden {

class CertifiedMatmul {
  public:
    // weights: [out_features, in_features]. `activation`: what the activations' codes lie in. None where an
    // overflow is possible, where an operand does not fit 8 bits, or without AVX2.
    static std::optional<CertifiedMatmul> create(std::span<const std::int8_t> weights,
                                                 std::int64_t in_features, const Datapath& datapath,
                                                 Range activation);

    // activations: [tokens, in_features]; the values go to `out` [tokens, out_features].
    void operator()(std::span<const ActivationCode> activations, std::span<std::int64_t> out) const;

  private:
    CertifiedMatmul() = default;
    void pack_weights(std::span<const std::int8_t> weights);

    std::int64_t in_features_ = 0;
    std::int64_t out_features_ = 0;
    std::int64_t tile_ = 0;
    std::int64_t offset_ = 0;                // added to every activation code
    std::vector<std::int8_t> weights_;       // [channel blocks, quads, 8 channels, 4]
    std::vector<std::int32_t> corrections_;  // [channel blocks, tiles, 8 channels]: -offset * sum of codes
};

}  // namespace macaw::golden
