#include "sim/netlist/lane_toggles.hpp"

#include <bit>

#include "golden/support/error.hpp"

namespace macaw::sim {

LaneToggles::LaneToggles(std::span<const double> weights) : weights_(weights), planes_(weights.size()) {}

void LaneToggles::add(std::span<const std::uint64_t> now, std::span<const std::uint64_t> before) {
    require(now.size() == planes_.size() && before.size() == planes_.size(), "LaneToggles: other nets");
    if (cycles_ == kMostCycles) flush();
    ++cycles_;
    for (std::size_t net = 0; net < planes_.size(); ++net) {
        std::uint64_t carry = now[net] ^ before[net];
        for (std::size_t plane = 0; carry != 0; ++plane) {
            const std::uint64_t next = planes_[net][plane] & carry;
            planes_[net][plane] ^= carry;
            carry = next;
        }
    }
}

void LaneToggles::flush() {
    for (std::size_t net = 0; net < planes_.size(); ++net) {
        double weight = weights_[net];
        for (std::uint64_t& plane : planes_[net]) {
            for (std::uint64_t lanes = plane; lanes != 0; lanes &= lanes - 1)
                sums_[static_cast<std::size_t>(std::countr_zero(lanes))] += weight;
            plane = 0;
            weight *= 2;
        }
    }
    cycles_ = 0;
}

const std::array<double, LaneToggles::kLanes>& LaneToggles::sums() {
    if (cycles_ > 0) flush();
    return sums_;
}

}  // namespace macaw::sim
