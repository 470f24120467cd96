// The sections of a sweep's page, with the CSV, JSON and Markdown files of their tables: plots and table of
// the points, the frontier, area and power by module, the figures of each point, and the provenance that all
// lead to.
#pragma once

#include <filesystem>
#include <vector>

#include "reports/html/page.hpp"
#include "reports/html/publish.hpp"
#include "reports/html/sweep_report.hpp"

namespace macaw::reports {

Expected<std::vector<Section>> sweep_sections(const SweepReportOptions& options, const Publication& parts,
                                              const std::filesystem::path& plots);

}  // namespace macaw::reports
