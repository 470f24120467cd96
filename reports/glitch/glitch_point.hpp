// What zero-delay toggles miss on one netlist: the same operands once without delays and once with those of
// OpenSTA's SDF in Icarus, toggles net by net, and the power that both give.
//
// Delays are those of the cells at their loads, without wires. A pulse shorter than a cell's delay does not
// pass it, where a real one may pass in part; one that passes counts as two full swings, where a real one may
// be smaller. The figure is an estimate of what glitches add, not a bound in the strict sense.
#pragma once

#include "golden/support/csv.hpp"
#include "golden/support/metrics.hpp"
#include "reports/glitch/glitch_config.hpp"

namespace macaw::reports {

struct GlitchFigures {
    double zero_delay = 0;        // toggles a cycle over all nets, our simulator
    double icarus_zero = 0;       // the same in Icarus with all delays 0: the control, equal net by net
    double timed = 0;             // with delays
    double zero_delay_power = 0;  // W
    double timed_power = 0;       // W
    double worst_net = 0;  // largest ratio timed / zero-delay of a net with 0.1 toggles a cycle or more
    std::int64_t nets = 0;
    std::int64_t cycles = 0;
    std::int64_t sums = 0;  // equal to the exact ones, in each of the three runs
    double area = 0;        // um^2
    double period = 0;      // least, ns
    double toggle_ratio() const { return timed / zero_delay; }
    double power_ratio() const { return timed_power / zero_delay_power; }
};

struct GlitchResult {
    hw::DotProductShape unit;
    FormVariant variant;
    GlitchFigures figures;
};

// Works in `folder` and leaves netlist, SDF, bench and toggles_by_net.csv there. Errors: a clock that is
// faster than the netlist; CheckFailed where a sum is wrong, where Icarus without delays counts other toggles
// than our simulator, or where a register toggles another number of times with delays than without.
Expected<GlitchResult> count_glitches(const hw::DotProductShape& unit, const FormVariant& variant,
                                      const GlitchConfig& config, const FormLibrary& library,
                                      const std::filesystem::path& folder);

Table glitch_table(const std::vector<GlitchResult>& results);
std::string glitch_markdown(const GlitchConfig& config, const FormLibrary& library,
                            const std::vector<GlitchResult>& results);
Metrics glitch_metrics(const GlitchConfig& config, const FormLibrary& library,
                       const std::vector<GlitchResult>& results);

}  // namespace macaw::reports
