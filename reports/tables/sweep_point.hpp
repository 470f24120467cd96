// One design point of a sweep: where it stands on the axes, and its figures or why it has none.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "golden/support/metrics.hpp"

namespace macaw::reports {

struct SweepPoint {
    std::string name;
    std::vector<std::pair<std::string, std::string>> axes;  // (axis, value); the same axes in every point
    Metrics metrics;
    std::string failure;  // why the point has no metrics; empty for a finished one
};

}  // namespace macaw::reports
