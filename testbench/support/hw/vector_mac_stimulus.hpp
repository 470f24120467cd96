// Beats for a vector MAC unit and what golden's accumulator holds after each: random codes with many extreme
// ones, pauses, short dot products, and one in which every product is -2^(N-1) x -2^(M-1) (a weight code that
// quantized layers never have).
#pragma once

#include <random>
#include <vector>

#include "golden/matmul.hpp"
#include "hw/arith/dot_product.hpp"

namespace macaw::hw::testing {

struct VectorMacBeat {
    bool valid = false;
    bool first = false;
    std::vector<golden::WeightCode> weights;          // [lanes]
    std::vector<golden::ActivationCode> activations;  // [lanes]
    std::int64_t expected = 0;                        // the accumulator with this beat, wrapped to P bits
};

std::vector<VectorMacBeat> vector_mac_beats(const DotProductShape& shape, int count, std::mt19937_64& random);

// Beats as hexadecimal words {valid, first, activation, weight} and expected values, for $readmemh.
struct HexImages {
    std::string beats;
    std::string expected;
};
HexImages hex_images(const std::vector<VectorMacBeat>& beats, const DotProductShape& shape);

}  // namespace macaw::hw::testing
