// The report of a sweep: one row a design point (sweep.csv and a table in report.html), curves of area, least
// period, power, energy and perplexity against the accumulator's width, the frontier of perplexity, area and
// energy (frontier.csv), area and power by module, and metrics.json with the value of the swept axes before
// the unit: synth__area__p16__um2 for inner_bits = 16. Every figure leads to how it was obtained and to its
// step.
//
// A point that failed keeps its row, with the reason. Further axes become curves of their own. Needs gnuplot.
//
// A quality sweep has the table of point_quality.hpp instead, also as sweep.json and sweep.md, and where its
// points were chosen among candidates, these too (candidates.csv, .json, .md).
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "golden/support/error.hpp"
#include "golden/support/metrics.hpp"
#include "reports/tables/sweep_point.hpp"

namespace macaw::reports {

// Below the report's folder: a folder a point, with its own report.html where it has one.
inline constexpr const char* kPointsFolder = "points";

enum class SweepKind { Silicon, Quality };

struct SweepReportOptions {
    std::string name;
    std::string configuration_yaml;
    std::vector<SweepPoint> points;
    std::vector<std::string>
        columns;  // metric keys of the table; empty: the headline figures that any point has
    std::filesystem::path output;
    SweepKind kind = SweepKind::Silicon;
    std::string title = {};                   // of the table; empty: the name
    std::vector<SweepPoint> candidates = {};  // of a quality sweep that selects
};

// Errors: no point, points with different axes, two points that would share a metric key, a step's folder
// without step.json, gnuplot missing.
Expected<void> write_sweep_report(const SweepReportOptions& options);

// "p16" for inner_bits = 16, "mode_wrap" for mode = wrap; the axis may be a dotted path.
std::string axis_word(const std::string& axis, const std::string& value);

// The key with `words` before its unit: ("synth__area__um2", "p16") is synth__area__p16__um2.
std::string swept_key(const std::string& key, const std::string& words);

// What a reader sees on the terminal: one aligned line a point.
std::string sweep_summary_text(const SweepReportOptions& options);

}  // namespace macaw::reports
