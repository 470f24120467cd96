// Figures and tables of a co-simulation.
#pragma once

#include "sim/cosimulation_step.hpp"

namespace macaw::sim {

Metrics metrics_of(const CosimulationResult& result);

// layers.csv, worst_case.csv, negative_control.csv (only where the control ran), metrics.json.
Expected<void> write_report(const CosimulationResult& result, const std::filesystem::path& folder);

}  // namespace macaw::sim
