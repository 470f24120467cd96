// Verilog models of library cells for Icarus, made from the functions in the Liberty file: continuous
// assignments and, as paths for $sdf_annotate, a specify block with delay 0 from every input (the clock alone
// in a flip-flop) to every output.
//
// A path passes no pulse that is shorter than its delay (inertial, Icarus' default), as a cell hardly would.
#pragma once

#include <set>
#include <string>

#include "sim/netlist/cell_library.hpp"

namespace macaw::sim {

// Of the cells of these names; each is in the library and can be simulated.
std::string timed_cell_models(const CellLibrary& library, const std::set<std::string>& names);

}  // namespace macaw::sim
