#include "quantizer/axe.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

namespace macaw::quantizer {

namespace {

// Largest n >= 0 with n * step <= room; without a limit for step 0 (unsigned activations never move a sum
// that way).
std::int64_t steps_within(std::int64_t room, std::int64_t step) {
    return step == 0 ? std::numeric_limits<std::int64_t>::max() : room / step;
}

}  // namespace

double l1_radius(const golden::Datapath& datapath) {
    double accumulator = std::ldexp(1.0, datapath.inner_bits.bits()) - 2.0;
    double activation = std::ldexp(1.0, datapath.activation_bits.bits()) - 1.0;
    return accumulator / activation;
}

double l1_threshold(std::span<const double> values, double radius) {
    std::vector<double> magnitudes;
    double norm = 0;
    for (double value : values) {
        magnitudes.push_back(std::abs(value));
        norm += magnitudes.back();
    }
    if (norm <= radius) return 0;
    std::sort(magnitudes.begin(), magnitudes.end(), std::greater<>());
    // rho is the largest count with magnitude_rho > (sum of the rho largest - radius) / rho; it holds up to
    // rho only.
    double sum = 0;
    double threshold = 0;
    for (std::size_t i = 0; i < magnitudes.size(); ++i) {
        sum += magnitudes[i];
        double candidate = (sum - radius) / static_cast<double>(i + 1);
        if (magnitudes[i] <= candidate) break;
        threshold = candidate;
    }
    return threshold;
}

TileBudget::TileBudget(golden::Range activation, golden::BitWidth inner_bits)
    : activation_(activation),
      room_above_(golden::range_of(inner_bits, golden::Signedness::Signed).max),
      room_below_(room_above_) {
    require(activation.contains(0), "TileBudget: 0 must be a possible activation");
}

golden::Range TileBudget::admissible() const {
    std::int64_t nu = activation_.max;
    std::int64_t minus_mu = -activation_.min;
    std::int64_t most = std::min(steps_within(room_above_, nu), steps_within(room_below_, minus_mu));
    std::int64_t least = std::min(steps_within(room_above_, minus_mu), steps_within(room_below_, nu));
    return {-least, most};
}

void TileBudget::add(std::int64_t code) {
    require(admissible().contains(code), "TileBudget: the code does not fit");
    std::int64_t rise = code >= 0 ? code * activation_.max : code * activation_.min;
    std::int64_t fall = code >= 0 ? -code * activation_.min : -code * activation_.max;
    room_above_ -= rise;
    room_below_ -= fall;
}

}  // namespace macaw::quantizer
