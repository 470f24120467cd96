// The folder of a run, out/<name>/: its complete configuration, a link to the folder of each step, and the
// report.
#pragma once

#include <filesystem>

#include "cli/graph/plan.hpp"

namespace macaw::cli {

// Writes <folder>/config.json, which the steps' commands read; its path.
Expected<std::filesystem::path> write_run_config(const std::filesystem::path& folder,
                                                 const RunConfig& config);

// Whether the folder shows exactly this run.
bool is_published(const std::filesystem::path& folder, const PlannedRun& run);

// Puts the report there and links the steps beside it.
Expected<void> publish_run(const std::filesystem::path& folder, const PlannedRun& run);

}  // namespace macaw::cli
