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

#include "golden/certified_kernel.hpp"
#include "golden/datapath.hpp"

namespace macaw::golden {

class CertifiedMatmul {
  public:
    // weights: [out_features, in_features]. `activation`: what the activations' codes lie in. None where the
    // codes do not exclude an overflow of P_I, of P_O, of 16 bits in a tile or of 32 bits in a row; where two
    // neighbouring products may leave 16 bits; where the activations span more than 256 codes or a weight
    // is no signed byte (unsigned ones above 127); and without AVX2.
    static std::optional<CertifiedMatmul> create(std::span<const WeightCode> weights,
                                                 std::int64_t in_features, const Datapath& datapath,
                                                 Range activation);

    // activations: [tokens, in_features]; the values go to `out` [tokens, out_features].
    void operator()(std::span<const ActivationCode> activations, std::span<std::int64_t> out) const;

  private:
    CertifiedMatmul() = default;
    void pack_weights(std::span<const WeightCode> weights);

    std::int64_t in_features_ = 0;
    std::int64_t out_features_ = 0;
    std::int64_t tile_ = 0;
    CertifiedShape shape_;                   // but for the tokens
    std::int64_t offset_ = 0;                // added to every activation code
    std::vector<std::int8_t> weights_;       // [channel blocks, quads, 8 channels, 4]
    std::vector<std::int32_t> corrections_;  // [channel blocks, tiles, 8 channels]: -offset * sum of codes
};

}  // namespace macaw::golden
