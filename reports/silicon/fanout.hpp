// Buffer trees on nets that cross the border of a module and feed many gates. ABC sees one module at a time:
// to it a net that drives 64 processing elements is one output with no load, and an input port of a module
// drives any load. Works on the JSON netlist of Yosys, between mapping and the final netlist. The clock, and
// nets that a port of the top module drives, are left alone: what drives the chip is not known, and timing
// assumes that it drives any load.
#pragma once

#include "golden/support/file.hpp"
#include "reports/silicon/library.hpp"

namespace macaw::reports {

struct FanoutLimit {
    int gate_inputs = 24;  // that one driver may feed, counted through the hierarchy
};

// Adds buffers to the modules below and with `top`; returns how many (per module, not per instance).
Expected<int> buffer_high_fanout(LargeJson& netlist, const std::string& top, const Library& library,
                                 const FanoutLimit& limit);

}  // namespace macaw::reports
