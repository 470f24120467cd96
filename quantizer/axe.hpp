// The accumulator-aware constraint AXE (arXiv 2409.17092): the threshold Pi_lambda that makes a tile's
// weights fit softly, and the budget Psi that makes its codes fit exactly. The budget counts integers and
// nothing else. These counters serve the quantizer; the proof is golden::certify, which does not know them.
#pragma once

#include <cstdint>
#include <span>

#include "golden/datapath.hpp"

namespace macaw::quantizer {

// Radius of the l1 ball that a tile of w/s should lie in (Eq. 13): (2^P_I - 2) / (2^N - 1).
double l1_radius(const golden::Datapath& datapath);

// lambda of the Euclidean projection of `values` onto the l1 ball of `radius` > 0 (Duchi et al. 2008): the
// projection is sign(v) * max(|v| - lambda, 0). 0 where `values` already lies inside. O(n log n).
double l1_threshold(std::span<const double> values, double radius);

// What the codes of one tile have used of the inner accumulator, and which codes may still be added (Eq.
// 17-19, for any activation range). With beta = sum of positive codes and alpha = sum of negative ones:
//     beta*nu + alpha*mu <=  (2^(P_I-1) - 1)      the largest sum that any input can produce
//     beta*mu + alpha*nu >= -(2^(P_I-1) - 1)      the smallest
// Unsigned activations (mu = 0) thereby limit beta and alpha apart, signed ones jointly.
class TileBudget {
  public:
    TileBudget(golden::Range activation, golden::BitWidth inner_bits);

    // Codes after which both inequalities still hold; always contains 0.
    golden::Range admissible() const;

    // `code` must be admissible (std::logic_error).
    void add(std::int64_t code);

  private:
    golden::Range activation_;
    std::int64_t room_above_;  // limit - (beta*nu + alpha*mu), >= 0
    std::int64_t room_below_;  // limit + (beta*mu + alpha*nu), >= 0
};

}  // namespace macaw::quantizer
