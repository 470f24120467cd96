// What the cost model knows of a design point: counts and the longest path of the RTL that the generator
// makes for it, and the words of its configuration. No synthesis; milliseconds.
#pragma once

#include <map>
#include <string>

#include "golden/datapath.hpp"
#include "hw/array/array_config.hpp"
#include "reports/cost/longest_path.hpp"
#include "reports/cost/structure_counts.hpp"

namespace macaw::reports {

struct PointFeatures {
    StructureCounts counts;
    PathFigures path;
    // "dataflow" -> "output_stationary": choices that no number stands for.
    std::map<std::string, std::string> words;
};

// Errors: a datapath or an array that cannot be generated or is for simulation only.
Expected<PointFeatures> features_of(const golden::Datapath& datapath, const hw::ArrayConfig& array);

}  // namespace macaw::reports
