// Energy of a model's linear layers on the array, from the mean power of the whole sample. A layer takes the
// cycles that its beats need at the array's own rate; power is not told apart by layer, so a layer whose
// codes switch less than the mean is charged too much.
#pragma once

#include <string>
#include <vector>

#include "golden/support/csv.hpp"
#include "reports/silicon/power.hpp"
#include "sim/stimulus.hpp"

namespace macaw::reports {

// What the figures leave out, for their `how`.
inline constexpr const char* kEnergyScope =
    "the array alone: padding of partial tiles, rows and columns counted, but no stall from outside, memory, "
    "interface or work outside the linear layers";

struct LayerEnergy {
    std::string layer;
    std::int64_t in_features = 0;
    std::int64_t out_features = 0;
    std::int64_t tokens = 0;      // of the stimulus
    double cycles_per_token = 0;  // of the array
    double energy_per_token = 0;  // J
    std::int64_t macs_per_token() const { return in_features * out_features; }
};

// Cycles are beats over the sample's accepted beats a cycle. One entry a layer of the stimulus, in its order.
std::vector<LayerEnergy> energy_by_layer(const sim::Stimulus& stimulus, const sim::Activity& activity,
                                         const Power& power, double clock_mhz);

double energy_per_token(const std::vector<LayerEnergy>& layers);  // J, all layers

Table energy_table(const std::vector<LayerEnergy>& layers);  // energy_by_layer.csv

}  // namespace macaw::reports
