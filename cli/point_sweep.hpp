// A sweep of points whose steps run several at a time (point_plan.hpp). Where the sweep selects, the
// candidates are judged by the validation text, and only the best certified one of each group is evaluated
// and synthesised.
#pragma once

#include <filesystem>
#include <vector>

#include "cli/graph/step_graph.hpp"
#include "cli/sweep_config.hpp"
#include "reports/store/result_store.hpp"
#include "reports/tables/sweep_point.hpp"

namespace macaw::cli {

struct PointSweepResult {
    std::vector<reports::SweepPoint> points;      // that were evaluated
    std::vector<reports::SweepPoint> candidates;  // all, where the sweep selects; some may have failed
};

// `root` holds the steps; `folder` gets the configurations of the points and the graphs. Points
// are recorded in `store`, candidates as the sweep NAME/candidates.
Expected<PointSweepResult> run_point_sweep(const SweepConfig& sweep, const std::filesystem::path& root,
                                           const std::filesystem::path& folder, const Execution& execution,
                                           reports::ResultStore& store);

// Index of the point with the least validation perplexity among the certified ones of each group, in the
// order of the groups' first points; groups without any are left out.
std::vector<std::size_t> select_best(const std::vector<reports::SweepPoint>& candidates,
                                     const std::vector<std::string>& groups);

}  // namespace macaw::cli
