#include "quantizer/axe.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace macaw::quantizer {

namespace {

// Largest n >= 0 with n * step <= room; without a limit for step 0 (unsigned activations never move a sum
// that way).
std::int64_t steps_within(std::int64_t room, std::int64_t step) {
    return step == 0 ? std::numeric_limits<std::int64_t>::max() : room / step;
}

std::int64_t limit_of(golden::BitWidth accumulator) {
    return golden::range_of(accumulator, golden::Signedness::Signed).max;
}

}  // namespace

double l1_radius(golden::Range activation, golden::BitWidth accumulator) {
    return 2.0 * static_cast<double>(limit_of(accumulator)) /
           static_cast<double>(activation.max - activation.min);
}

double safe_l1_radius(golden::Range activation, golden::BitWidth accumulator) {
    return static_cast<double>(limit_of(accumulator)) /
           static_cast<double>(std::max(activation.max, -activation.min));
}

double l1_threshold(std::span<const double> values, double radius, std::vector<double>& scratch) {
    scratch.resize(values.size());
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) sum += scratch[i] = std::abs(values[i]);
    if (sum <= radius) return 0;
    std::size_t kept = values.size();
    double threshold = (sum - radius) / static_cast<double>(kept);
    for (;;) {
        std::size_t next = 0;
        double remaining = 0;
        for (std::size_t i = 0; i < kept; ++i) {
            double magnitude = scratch[i];
            scratch[next] = magnitude;
            bool above = magnitude > threshold;
            next += above ? 1 : 0;
            remaining += above ? magnitude : 0.0;
        }
        if (next == kept || next == 0) return threshold;
        kept = next;
        threshold = (remaining - radius) / static_cast<double>(kept);
    }
}

ExactBudget::ExactBudget(golden::Range activation, golden::BitWidth accumulator)
    : nu_(activation.max),
      minus_mu_(-activation.min),
      room_above_(limit_of(accumulator)),
      room_below_(room_above_) {
    require(activation.contains(0), "ExactBudget: 0 must be a possible activation");
}

golden::Range ExactBudget::admissible() const {
    std::int64_t most = std::min(steps_within(room_above_, nu_), steps_within(room_below_, minus_mu_));
    std::int64_t least = std::min(steps_within(room_above_, minus_mu_), steps_within(room_below_, nu_));
    return {-least, most};
}

SplitBudget::SplitBudget(golden::Range activation, golden::BitWidth accumulator, double slack)
    : positive_left_(static_cast<double>(limit_of(accumulator)) /
                         static_cast<double>(activation.max - activation.min) -
                     slack),
      negative_left_(positive_left_) {
    require(activation.contains(0), "SplitBudget: 0 must be a possible activation");
}

}  // namespace macaw::quantizer
