// The toggles and static probabilities of all named nets as SAIF 2.0 (IEEE 1801, Annex I), backward, for
// power tools that read activity: one INSTANCE a level of the hierarchy, names as in netlist.v. Constants are
// left out, and so is the optional DATE, as equal input gives an equal file.
#pragma once

#include <filesystem>

#include "golden/support/error.hpp"
#include "sim/netlist/netlist.hpp"
#include "sim/netlist/replay.hpp"

namespace macaw::reports {

// The counted cycles of all segments stand one behind the other, at the clock given; DURATION and times in
// ps. The netlist was read with its names. IG (glitches) is 0: zero-delay toggles have none.
Expected<void> write_saif(const sim::FlatNetlist& netlist, const sim::Activity& activity, double clock_mhz,
                          const std::filesystem::path& file);

}  // namespace macaw::reports
