// Which steps a point of a sweep consists of, beside those of whole runs (plan.hpp):
//   quality   quantize, certify in the configured datapath, evaluate in the bit-exact datapath
//   hardware  generate, the ports' stimulus, synthesis with power; the stimulus is of random codes
//   silicon   both, and the stimulus is that of the quantized layers
// Equal steps of several points (codes that no width limits, the float perplexity) are one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/graph/step_graph.hpp"
#include "cli/sweep_config.hpp"
#include "reports/tables/sweep_point.hpp"

namespace macaw::cli {

struct PlannedPoint {
    std::vector<reports::PointStep> steps;  // in running order

    std::vector<std::filesystem::path> folders() const;
};

// `title` stands before the steps' own words; `config_file`: the complete configuration that they read.
// `steps`: not All.
Expected<PlannedPoint> plan_point(StepGraph& graph, const RunConfig& config,
                                  const std::filesystem::path& config_file, SweepSteps steps,
                                  const std::string& title);

// The figures of a point from its steps' folders, those of the quantizer under "quantizer__"; or, where a
// step is missing, its reason out of `outcome`.
Expected<void> collect_point(const PlannedPoint& planned, const RunConfig& config,
                             const StepGraph::Outcome& outcome, reports::SweepPoint& point);

}  // namespace macaw::cli
