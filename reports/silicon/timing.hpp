// Static timing with OpenSTA: the least clock period of a netlist. All paths are single-cycle between
// flip-flops of one ideal clock, or from input ports (arrival 0, any load driven) and to output ports
// (required at the edge, no load). A netlist that is not fully constrained is an error; output ports that are
// constants need no constraint.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "reports/silicon/library.hpp"

namespace macaw::reports {

// The Tcl commands that read library and netlist and constrain it with a clock; timing and power share them.
std::string read_and_constrain(const Library& library, const std::string& top, double period_ns);

struct Timing {
    double min_period_ns = 0;  // period - worst slack
    double fmax_mhz = 0;
    std::string critical_path;  // OpenSTA's report
};

// The warnings of OpenSTA's check_setup without unconstrained endpoints that are in `constant`: a signal that
// never changes has no path.
std::string without_endpoints(const std::string& said, const std::set<std::string>& constant);

// Reads netlist.v, and where it has constants netlist.json, in the log's folder; writes timing.tcl and
// critical_path.txt there. With a clock for power, all of the analysis is at this clock, and the same process
// answers power_commands(): netlist, delays and arrivals cost more than the power.
Expected<Timing> analyze_timing(const Library& library, const std::string& top, ToolLog& log,
                                std::optional<double> power_clock_mhz = std::nullopt);

}  // namespace macaw::reports
