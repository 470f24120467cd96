// Second half of reading a netlist: turns the cells into one list of gates in which operands come before
// results, and a list of registers. Checks clocks, asynchronous pins and loops.
#pragma once

#include <vector>

#include "sim/netlist/flatten.hpp"

namespace macaw::sim {

// Fills gates, registers and signals of `netlist`.
Expected<void> levelize(const std::vector<PlacedCell>& cells, FlatNetlist& netlist);

}  // namespace macaw::sim
