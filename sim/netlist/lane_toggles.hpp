// Toggles of the nets in each of 64 lanes apart, weighted and summed over the nets: what one segment of a
// stimulus costs. Counts stand as vertical counters (bit `lane` of plane k counts 2^k toggles of a net), so
// that a cycle costs a few operations a net and not 64.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace macaw::sim {

class LaneToggles {
  public:
    static constexpr int kLanes = 64;

    // weights: [nets], of one toggle; outlives this object.
    explicit LaneToggles(std::span<const double> weights);

    // now, before: [nets] values of two cycles; bit i of every word belongs to lane i.
    void add(std::span<const std::uint64_t> now, std::span<const std::uint64_t> before);

    // Sum over the nets of weight times toggles, of everything added so far.
    const std::array<double, kLanes>& sums();

  private:
    static constexpr int kPlanes = 10;
    static constexpr int kMostCycles = (1 << kPlanes) - 1;  // that the planes can count
    void flush();

    std::span<const double> weights_;
    std::vector<std::array<std::uint64_t, kPlanes>> planes_;  // [nets]
    int cycles_ = 0;                                          // in the planes
    std::array<double, kLanes> sums_{};
};

}  // namespace macaw::sim
