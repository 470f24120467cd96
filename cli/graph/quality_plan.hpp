// Which steps a point of a quality sweep consists of: quantize, certify in the configured datapath, evaluate
// in the bit-exact datapath. Equal steps of several points (unconstrained codes for all widths, the float
// perplexity) are one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/graph/step_graph.hpp"
#include "cli/run_config.hpp"
#include "reports/tables/sweep_point.hpp"

namespace macaw::cli {

struct PlannedQuality {
    std::filesystem::path quantize;
    std::filesystem::path bound;
    std::filesystem::path perplexity;
    std::filesystem::path float_perplexity;

    // In running order.
    std::vector<std::filesystem::path> folders() const {
        return {quantize, bound, perplexity, float_perplexity};
    }
};

// `title` stands before the steps' own words; `config_file`: the complete configuration that they read.
Expected<PlannedQuality> plan_quality(StepGraph& graph, const RunConfig& config,
                                      const std::filesystem::path& config_file, const std::string& title);

// The figures of a point from its steps' folders, those of the quantizer under "quantizer__"; or, where a
// step is missing, its reason out of `outcome`.
Expected<void> collect_quality(const PlannedQuality& planned, const RunConfig& config,
                               const StepGraph::Outcome& outcome, reports::SweepPoint& point);

}  // namespace macaw::cli
