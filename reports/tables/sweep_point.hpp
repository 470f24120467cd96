// One design point of a sweep: where it stands on the axes, and its figures or why it has none.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "golden/support/metrics.hpp"

namespace macaw::reports {

// A step that gave figures of the point.
struct PointStep {
    std::string name;  // "quantize"
    std::filesystem::path folder;
};

struct SweepPoint {
    std::string name;
    std::vector<std::pair<std::string, std::string>> axes;  // (axis, value); the same axes in every point
    Metrics metrics;
    std::string failure;  // why the point has no metrics; empty for a finished one
    std::vector<PointStep> steps = {};
    std::map<std::string, std::string> metric_steps = {};  // key of a figure -> name of its step
};

}  // namespace macaw::reports
