// Which bits of the output ports of a netlist never change: no input and no register reaches them. A static
// timing analysis has no path to them.
#pragma once

#include <set>
#include <string>

#include "sim/netlist/netlist.hpp"

namespace macaw::sim {

// "data_o[3]", or "last_o" where the port has one bit. Each name is a constant; a constant that only a
// relation between two nets makes (a xor a) may be missing.
std::set<std::string> constant_outputs(const FlatNetlist& netlist);

}  // namespace macaw::sim
