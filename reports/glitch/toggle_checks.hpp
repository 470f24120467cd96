// What must be equal between runs of one netlist on the same operands, with delays and without.
#pragma once

#include "sim/netlist/netlist.hpp"
#include "sim/netlist/replay.hpp"

namespace macaw::reports {

// Every net of both runs without delays, ours and Icarus'. Errors (CheckFailed): the first net that differs.
Expected<void> check_equal_toggles(const sim::FlatNetlist& netlist, const sim::Activity& ours,
                                   const sim::Activity& icarus);

// A flip-flop changes once a cycle at most, whatever its data does in between. Errors (CheckFailed): one that
// toggles another number of times with delays than without.
Expected<void> check_registers(const sim::FlatNetlist& netlist, const sim::Activity& zero,
                               const sim::Activity& timed);

}  // namespace macaw::reports
