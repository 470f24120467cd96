// Zero-delay simulation of a flat netlist, 64 independent copies at once: bit i of every word belongs to copy
// ("lane") i. Counts the toggles of every net, once a cycle, from settled value to settled value; glitches
// inside a cycle are therefore not seen (eda-flow: they are the larger part of switching in a real multiplier
// array).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/netlist/netlist.hpp"

namespace macaw::sim {

// A cycle is: clock_edge(), set() of the inputs, settle(), and count_toggles() where the cycle counts.
class NetlistSimulator {
  public:
    static constexpr int kLanes = 64;

    // Registers and inputs start at 0 in all lanes. `netlist` outlives the simulator.
    explicit NetlistSimulator(const FlatNetlist& netlist);

    void set(NetId net, std::uint64_t lanes) { values_[net] = lanes; }
    std::uint64_t get(NetId net) const { return values_[net]; }

    // Registers take their data.
    void clock_edge();
    void settle();
    // Adds, for every net, the number of lanes that differ from the last call (or from mark_settled()).
    void count_toggles();
    // From here on toggles count relative to the present values.
    void mark_settled();

    // [nets] summed over lanes and counted cycles.
    std::span<const std::uint64_t> toggles() const { return toggles_; }

  private:
    const FlatNetlist& netlist_;
    std::vector<std::uint64_t> values_;   // [signals]
    std::vector<std::uint64_t> settled_;  // [nets] values of the last counted cycle
    std::vector<std::uint64_t> toggles_;  // [nets]
};

}  // namespace macaw::sim
