// The report of one run: report.html (self-contained), the same data as metrics.json (flat {key: value}),
// provenance.json ({key: how}), metrics.csv, tables/*.csv and plots/*.svg.
//
// Figures come from the folders of the steps and from nowhere else; the report computes nothing but shares
// and relative changes. Identical folders give identical files. Needs gnuplot.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "golden/support/error.hpp"
#include "golden/support/metrics.hpp"
#include "reports/html/plot.hpp"
#include "reports/html/publish.hpp"
#include "reports/html/step.hpp"
#include "reports/html/summary.hpp"

namespace macaw::reports {

struct ReportOptions {
    std::string name;                // of the run: the heading
    std::string configuration_yaml;  // shown as it is; empty: no such section
    std::vector<ReportStep> steps;   // in the order of the page
    std::filesystem::path output;  // may hold other files and the steps' folders; only our files are replaced
};

// Either the whole report appears or nothing changes. Errors: a step's folder that is missing or incomplete,
// a metric that two steps give, gnuplot missing, a folder that cannot be written.
Expected<void> write_report(const ReportOptions& options);

// metrics.json, provenance.json and metrics.csv (columns key, value, unit, how) into a publication.
Expected<void> write_figures(const Publication& parts, const Metrics& metrics);

}  // namespace macaw::reports
