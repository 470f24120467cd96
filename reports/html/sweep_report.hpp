// The report of a sweep: one row a design point (sweep.csv and a table in report.html), curves of area, least
// period, power and perplexity against the first axis whose values are numbers, and metrics.json with the
// value of the swept axes before the unit: synth__area__p16__um2 for inner_bits = 16.
//
// A point that failed keeps its row, with the reason. Further axes become curves of their own. Needs gnuplot.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "golden/support/error.hpp"
#include "golden/support/metrics.hpp"

namespace macaw::reports {

struct SweepPoint {
    std::string name;
    std::vector<std::pair<std::string, std::string>> axes;  // (axis, value); the same axes in every point
    Metrics metrics;
    std::string failure;  // why the point has no metrics; empty for a finished one
};

struct SweepReportOptions {
    std::string name;
    std::string configuration_yaml;
    std::vector<SweepPoint> points;
    std::vector<std::string>
        columns;  // metric keys of the table; empty: the headline figures that any point has
    std::filesystem::path output;
};

// Errors: no point, points with different axes, two points that would share a metric key, gnuplot missing.
Expected<void> write_sweep_report(const SweepReportOptions& options);

// "p16" for inner_bits = 16, "mode_wrap" for mode = wrap; the axis may be a dotted path.
std::string axis_word(const std::string& axis, const std::string& value);

// The key with `words` before its unit: ("synth__area__um2", "p16") is synth__area__p16__um2.
std::string swept_key(const std::string& key, const std::string& words);

// What a reader sees on the terminal: one aligned line a point.
std::string sweep_summary_text(const SweepReportOptions& options);

}  // namespace macaw::reports
