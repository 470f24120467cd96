// Energy of a model's linear layers on the array. A layer takes the cycles that its beats need at the rate
// that the array kept in the layer's own part of the sample, at the mean power of that part; those of the
// whole sample where it saw less of the layer than one block.
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
    std::int64_t tokens = 0;  // of the stimulus
    std::int64_t sampled_cycles = 0;
    double cycles_per_token = 0;  // of the array
    double power = 0;             // W
    double energy_per_token = 0;  // J
    std::int64_t macs_per_token() const { return in_features * out_features; }
};

// One entry a layer of the stimulus, in its order. Throws std::logic_error for a sample without beats.
std::vector<LayerEnergy> energy_by_layer(const sim::Stimulus& stimulus, const sim::Activity& activity,
                                         const Power& power, double clock_mhz);

double energy_per_token(const std::vector<LayerEnergy>& layers);  // J, all layers

Table energy_table(const std::vector<LayerEnergy>& layers);  // energy_by_layer.csv

}  // namespace macaw::reports
