// A synthesised design point as the cost model is fitted on it, out of the database of results.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/cost/activity_statistics.hpp"
#include "reports/cost/point_features.hpp"
#include "reports/silicon/options.hpp"
#include "reports/store/stored_point.hpp"

namespace macaw::reports {

struct MeasuredPower {
    double total_mw = 0;
    double leakage_mw = 0;
    double clock_mhz = 0;
    double energy_per_mac_pj = 0;
    ActivityStatistics activity;  // of the stimulus that it was measured with
};

struct TrainingPoint {
    std::string name;      // "sweep/point"
    std::string identity;  // see identity_of()
    golden::Datapath datapath;
    hw::ArrayConfig array;
    SiliconOptions options;
    PointFeatures features;
    std::string how;  // the area was measured
    double area_um2 = 0;
    double period_ns = 0;
    std::optional<MeasuredPower> power;
};

// Equal for two points that synthesis cannot tell apart: datapath, array, library and recipe.
std::string identity_of(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                        const SiliconOptions& options);

struct TrainingSet {
    std::vector<TrainingPoint> points;  // each identity once
    int repeated = 0;                   // left out: synthesised before under another name
    int without_figures = 0;            // failed, or without area or period
    int without_activity = 0;           // power is there, but not the figures of its stimulus
};

// Of databases, or of their folders.
Expected<TrainingSet> read_training_set(const std::vector<std::filesystem::path>& databases);

}  // namespace macaw::reports
