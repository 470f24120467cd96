// Seeded random operands for one vector MAC unit (hw/array/vector_mac_unit.hpp), beat after beat, with the
// sum that the unit must show: independent uniform codes, weights from the symmetric range -(2^(M-1)-1) ..
// 2^(M-1)-1, activations from all 2^N; a weight is 0 with a probability of its own beside that.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "hw/arith/dot_product.hpp"

namespace macaw::sim {

struct OperandSource {
    int beats = 8;        // of one dot product; the first one clears the accumulator
    double sparsity = 0;  // 0..1: weights that are set to 0, beside those that are drawn as 0
    std::uint64_t seed = 1;
    bool operator==(const OperandSource&) const = default;
};

class VectorMacStream {
  public:
    // Streams of one seed and different numbers are independent. `unit`: signed, overflow mode wrap.
    VectorMacStream(const hw::DotProductShape& unit, const OperandSource& source, std::uint64_t number);

    void next();  // draws the next beat; before the first call there is none

    const std::vector<std::int32_t>& weights() const { return weights_; }          // [lanes]
    const std::vector<std::int32_t>& activations() const { return activations_; }  // [lanes]
    bool first() const { return first_; }
    // The accumulator with this beat, its lowest P bits.
    std::uint64_t sum() const { return sum_; }
    std::int64_t zero_weights() const { return zero_weights_; }  // drawn so far
    std::int64_t beats() const { return beats_; }                // likewise

  private:
    std::int32_t draw(golden::Range range);
    hw::DotProductShape unit_;
    OperandSource source_;
    std::mt19937_64 random_;
    std::vector<std::int32_t> weights_, activations_;
    bool first_ = false;
    std::uint64_t sum_ = 0;
    std::int64_t zero_weights_ = 0, beats_ = 0;
};

}  // namespace macaw::sim
