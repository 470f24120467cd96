// What was run to get the figures: per step the command, the hashes of its inputs, the versions of its tools,
// the machine, time and memory, and every further member of step.json (seeds, settings), as written there.
#pragma once

#include <string>
#include <vector>

#include "reports/html/step.hpp"

namespace macaw::reports {

// Markup of the provenance section.
std::string provenance_html(const std::vector<LoadedStep>& steps);

}  // namespace macaw::reports
