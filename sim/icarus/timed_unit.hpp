// The netlist of one vector MAC unit in Icarus with the delays of its cells (SDF), so that the glitches
// inside a cycle are seen, or without delays. Operands and sums are those of
// sim/netlist/vector_mac_replay.hpp with one stream, so the toggles of the two can be compared net by net.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "sim/netlist/vector_mac_replay.hpp"

namespace macaw::sim {

struct TimedUnit {
    std::filesystem::path folder;  // of netlist.v and the SDF file; the files of the run go there, too
    const FlatNetlist& netlist;    // of netlist.v, with names
    const CellLibrary& library;
    hw::DotProductShape unit;
    double period_ns = 10;  // of the clock; longer than the longest path, so that every cycle settles
};

// Inputs change with the rising edge, sums are read just before the next one. `sdf`: name of the file in the
// folder; none: all delays 0. Errors (CheckFailed): a sum that differs from the exact one, a net that is
// unknown in a counted cycle; (ToolFailed): an annotation that Icarus did not take.
Expected<Activity> run_timed_unit(const TimedUnit& unit, const VectorMacSample& sample,
                                  const std::optional<std::string>& sdf);

}  // namespace macaw::sim
