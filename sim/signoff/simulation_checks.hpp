// The lines of the sign-off table and the metrics of what was simulated.
#pragma once

#include "sim/signoff/simulation_part.hpp"

namespace macaw::sim {

SignoffPart simulation_checks(const SimulationResult& result);

// One line a bin: what was not hit and why. For a file beside the table.
std::string coverage_listing(const SimulationResult& result);

// "12 345", for figures.
std::string grouped(std::int64_t number);

}  // namespace macaw::sim
