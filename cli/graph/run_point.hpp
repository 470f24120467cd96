// From the folders of finished steps to a design point: for macaw run and for the points of a sweep alike.
#pragma once

#include <filesystem>
#include <string>

#include "cli/graph/plan.hpp"
#include "cli/run_config.hpp"
#include "reports/store/stored_point.hpp"
#include "reports/tables/sweep_point.hpp"

namespace macaw::cli {

bool all_exist(const std::vector<std::filesystem::path>& folders);

// The figures of a planned run into `point`; or, where a step is missing, its reason out of `outcome`.
Expected<void> collect_run(const PlannedRun& run, const StepGraph::Outcome& outcome,
                           reports::SweepPoint& point);

// "step bound: REASON" of the first of these folders that has one; otherwise which step is missing.
std::string failure_of(const std::vector<std::filesystem::path>& folders, const StepGraph::Outcome& outcome);

// "a, b": those that failed; empty where none did.
std::string failed_names(const std::vector<reports::SweepPoint>& points);

// Where a point belongs in the database of results.
struct PointPlace {
    std::filesystem::path root;  // the output folder
    std::string sweep;           // empty for macaw run
    int position = 0;
    std::string scope = "all";  // a word of SweepSteps
};
Expected<reports::StoredPoint> stored_point(const reports::SweepPoint& point, const RunConfig& config,
                                            const PointPlace& place);

}  // namespace macaw::cli
