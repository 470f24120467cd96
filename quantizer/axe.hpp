// The accumulator-aware constraint AXE (arXiv 2409.17092): the threshold Pi_lambda that makes a tile's
// weights fit softly, and the budget Psi that makes its codes fit exactly. The budget counts integers and
// nothing else. These counters serve the quantizer; the proof is golden::certify, which does not know them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "golden/integer_range.hpp"

namespace macaw::quantizer {

// Radius of the l1 ball that a tile of w/s should lie in (Eq. 13): (2^P - 2) / (nu - mu), the latter 2^N - 1
// where all codes of N bits are used.
double l1_radius(golden::Range activation, golden::BitWidth accumulator);

// Largest l1 norm that is safe whatever the signs of the codes: (2^(P-1) - 1) / max(nu, -mu).
double safe_l1_radius(golden::Range activation, golden::BitWidth accumulator);

// lambda of the Euclidean projection of `values` onto the l1 ball of `radius` > 0 (Duchi et al. 2008): the
// projection is sign(v) * max(|v| - lambda, 0). 0 where `values` already lies inside. Expected O(n): instead
// of sorting, values below the running threshold are dropped (Michelot 1986), which ends at the same rho.
// `scratch` is reused between calls.
double l1_threshold(std::span<const double> values, double radius, std::vector<double>& scratch);

// What the codes that share an accumulator have used of it, and which codes may still be added (Eq. 17-19,
// for any activation range [mu, nu]). With beta = sum of positive codes and alpha = sum of negative ones:
//     beta*nu + alpha*mu <=  (2^(P-1) - 1)      the largest sum that any input can produce
//     beta*mu + alpha*nu >= -(2^(P-1) - 1)      the smallest
// Unsigned activations (mu = 0) thereby limit beta and alpha apart, signed ones jointly.
class ExactBudget {
  public:
    ExactBudget(golden::Range activation, golden::BitWidth accumulator);

    // Codes after which both inequalities still hold; always contains 0.
    golden::Range admissible() const;
    // `code` must be admissible; not checked here, in the inner loop, but by consistent() afterwards.
    void add(std::int64_t code) { count(code, 1); }
    void remove(std::int64_t code) { count(code, -1); }
    bool consistent() const { return room_above_ >= 0 && room_below_ >= 0; }

  private:
    void count(std::int64_t code, std::int64_t sign) {
        std::int64_t towards = code >= 0 ? nu_ : minus_mu_;
        std::int64_t away = code >= 0 ? minus_mu_ : nu_;
        std::int64_t magnitude = code >= 0 ? code : -code;
        room_above_ -= sign * magnitude * towards;
        room_below_ -= sign * magnitude * away;
    }
    std::int64_t nu_;
    std::int64_t minus_mu_;
    std::int64_t room_above_;  // limit - (beta*nu + alpha*mu)
    std::int64_t room_below_;  // limit + (beta*mu + alpha*nu)
};

// The paper's form (Eq. 17-19): beta and -alpha each at most B = (2^(P-1) - 1) / (nu - mu), which implies
// both inequalities above; real values are clipped to what is left less `slack`, the largest error of the
// rounding that follows.
class SplitBudget {
  public:
    SplitBudget(golden::Range activation, golden::BitWidth accumulator, double slack);

    double least() const { return negative_left_ > 0 ? -negative_left_ : 0.0; }
    double most() const { return positive_left_ > 0 ? positive_left_ : 0.0; }
    void add(std::int64_t code) {
        (code >= 0 ? positive_left_ : negative_left_) -= static_cast<double>(code >= 0 ? code : -code);
    }

  private:
    double positive_left_;
    double negative_left_;
};

}  // namespace macaw::quantizer
