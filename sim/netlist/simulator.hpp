// Zero-delay simulation of a flat netlist, 64 independent copies at once: bit i of every word belongs to copy
// ("lane") i. Counts, once a cycle, the toggles of every net from settled value to settled value and the
// lanes in which it is 1 (its static probability); glitches inside a cycle are therefore not seen (eda-flow:
// they are the larger part of switching in a real multiplier array).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/netlist/lane_toggles.hpp"
#include "sim/netlist/netlist.hpp"

namespace macaw::sim {

// A cycle is: clock_edge(), set() of the inputs, settle(), and count_cycle() where the cycle counts.
class NetlistSimulator {
  public:
    static constexpr int kLanes = LaneToggles::kLanes;

    // Registers and inputs start at 0 in all lanes. `netlist` outlives the simulator.
    explicit NetlistSimulator(const FlatNetlist& netlist);

    void set(NetId net, std::uint64_t lanes) { values_[net] = lanes; }
    std::uint64_t get(NetId net) const { return values_[net]; }

    // Registers take their data.
    void clock_edge();
    void settle();
    // Adds, for every net, the number of lanes that differ from the last call (or from mark_settled()), and
    // that of lanes at 1.
    void count_cycle();
    // The same, and the lanes apart.
    void count_cycle(LaneToggles& lanes);
    // From here on toggles count relative to the present values.
    void mark_settled();

    // [nets] summed over lanes and counted cycles.
    std::span<const std::uint64_t> toggles() const { return toggles_; }
    // [nets] counted cycles in which the net is 1, summed over lanes.
    std::span<const std::uint64_t> ones() const { return ones_; }

  private:
    const FlatNetlist& netlist_;
    std::vector<std::uint64_t> values_;   // [signals]
    std::vector<std::uint64_t> settled_;  // [nets] values of the last counted cycle
    std::vector<std::uint64_t> toggles_;  // [nets]
    std::vector<std::uint64_t> ones_;     // [nets]
};

}  // namespace macaw::sim
