// What is known of the tables that macaw's own steps write: what they show, and which figure of the same step
// was obtained in the same way, so that its origin is the table's.
#pragma once

#include <string>

#include "reports/html/step.hpp"

namespace macaw::reports {

// What a table of this name shows; empty for names that no step of ours writes.
std::string known_caption(const StepTable& table);

// How the table's numbers were obtained, for their trace: file, what it shows, and the origin of its figure.
std::string table_origin(const StepTable& table, const Metrics& of_step);

}  // namespace macaw::reports
