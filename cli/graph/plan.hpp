// Which steps a run consists of, for one configuration. Steps that several configurations share (the float
// perplexity, the unconstrained layers) get equal names and are run once.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/graph/step_graph.hpp"
#include "cli/run_config.hpp"

namespace macaw::cli {

struct PlannedStep {
    std::string name;   // of the link in the run's folder: "quantize"
    std::string title;  // in the report
    std::filesystem::path folder;
};

struct PlannedRun {
    std::vector<PlannedStep> steps;  // those that the report shows, in its order
    std::filesystem::path report;
    std::vector<std::filesystem::path> folders;  // of all steps, also those behind them; in running order
};

// `config_file`: the complete configuration (to_json(config)) that the steps' commands will read.
Expected<PlannedRun> plan_run(StepGraph& graph, const RunConfig& config,
                              const std::filesystem::path& config_file);

}  // namespace macaw::cli
