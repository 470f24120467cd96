// The preconditions of running and printing a design, checked on the whole design.
//
// Types are already checked while building (expression.hpp, design.hpp). Here: names, drivers, connections,
// clocks, and loops through combinational logic, also through instances.
#pragma once

#include <string>
#include <vector>

#include "hw/rtl/design.hpp"

namespace macaw::rtl {

// Everything that is wrong, each with module, signal and reason; empty when the design may be run and
// printed:
//   - names are lower_snake_case, no SystemVerilog keyword, unique in their module; inputs end in _i, outputs
//   in _o
//   - every wire, output and register is driven exactly once, and with its own type
//   - an expression reads signals of its own module only, and never the clock
//   - every port of every instance is connected exactly once, to a module that was added to the design before
//   - no signal depends on itself without a register in between
std::vector<std::string> verify(const Design& design);

// std::logic_error with the list when it is not empty.
void require_verified(const Design& design);

// Numbers of the signals that an expression reads, with repetitions.
void collect_signals(const Expression& expression, std::vector<int>& signals);

}  // namespace macaw::rtl
