// A design point as the database of results keeps it: configuration -> figures, each with how it was obtained
// and the step that gave it, and the record of every step.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "golden/support/file.hpp"
#include "golden/support/metrics.hpp"

namespace macaw::reports {

struct StoredMetric {
    Metric metric;
    std::string step;  // that gave it; empty for what was configured
};

struct StoredStep {
    std::string name;    // "quantize"
    std::string folder;  // relative to the output folder
    Json record;         // step.json
};

struct StoredPoint {
    std::string sweep;  // empty for macaw run
    std::string name;
    int position = 0;           // in the sweep
    std::string scope = "all";  // "all" steps, or "quality", "hardware", "silicon"
    std::vector<std::pair<std::string, std::string>> axes;
    Json config;
    std::string failure;  // empty for a finished point
    std::vector<StoredMetric> metrics;
    std::vector<StoredStep> steps;
    std::string recorded = {};  // UTC; set by the database
};

// A column of the table `point` for what people filter by: the value in the configuration, or null where it
// has none.
struct Setting {
    std::string_view name;
    std::string_view pointer;              // RFC 6901, into the configuration
    Json (*shown)(const Json&) = nullptr;  // how it is written; null: as it is
};
std::span<const Setting> settings();
Json setting_of(const Json& config, const Setting& setting);

}  // namespace macaw::reports
