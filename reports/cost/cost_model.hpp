// The fast cost model: area, least period and power of a design point from its RTL graph (cost_terms.hpp),
// fitted on points that were synthesised. Everything it says is modelled, never measured, and a point outside
// the range of its training points is called so. Model quality (perplexity) is not modelled.
//
// One group of coefficients a library, synthesis recipe and arithmetic form; how well a group does is told by
// points that were held out of its fit (fit_cost_model.hpp). Errors of power and energy are at the activity
// and the utilisation that were measured; before a point is simulated, both are typical ones
// (typical_activity).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "golden/support/metrics.hpp"
#include "reports/cost/cost_terms.hpp"
#include "reports/silicon/options.hpp"

namespace macaw::reports {

inline constexpr double kMwPerPjMhz = 1e-3;  // pJ a cycle * 1e6 cycles a second = uW

// Of |modelled / measured - 1|.
struct ErrorStatistics {
    int points = 0;
    double median = 0;
    double percentile_90 = 0;
    double worst = 0;
    bool operator==(const ErrorStatistics&) const = default;
};
ErrorStatistics error_statistics(std::vector<double> relative_errors);
// "median 3.1 %, 90th percentile 8.0 %, worst 15.2 % on 22 points"
std::string to_string(const ErrorStatistics& errors);

// What is published of a figure that users see: "area", "period", "power", "energy_per_mac".
struct PublishedError {
    ErrorStatistics training;
    ErrorStatistics held_out;
    bool operator==(const PublishedError&) const = default;
};

struct FeatureRange {
    double min = 0;
    double max = 0;
    bool operator==(const FeatureRange&) const = default;
};

// A point that the group knows: used in the fit, or held out of it.
struct KnownPoint {
    std::string name;      // "sweep/point"
    std::string identity;  // hash of datapath, array, library and recipe
    bool held_out = false;
    std::map<std::string, double> errors;  // "area" -> modelled / measured - 1
    bool operator==(const KnownPoint&) const = default;
};

struct CostGroup {
    std::vector<std::string> library;
    std::string recipe;
    std::string arithmetic;
    std::vector<std::string> measured;                        // how the areas were: tools, versions, corner
    std::map<std::string, std::vector<double>> coefficients;  // figure (CostFigure) -> in order of term_names
    std::map<std::string, PublishedError> errors;
    std::map<std::string, FeatureRange> ranges;          // of every count and part of the path, in training
    std::map<std::string, std::set<std::string>> words;  // likewise
    std::optional<ActivityStatistics> activity;          // mean of the training points with power
    std::vector<KnownPoint> points;
    bool operator==(const CostGroup&) const = default;
    bool models_power() const { return coefficients.contains("dynamic"); }
    // "osu018, recipe balanced, structural arithmetic"
    std::string title() const;
};

// "balanced", or "best at 100 MHz": what decides which script a point was synthesised with.
std::string recipe_of(const SiliconOptions& options);

struct CostEstimate {
    double area_um2 = 0;
    double period_ns = 0;
    std::optional<double> power_mw;
    std::optional<double> energy_per_mac_pj;
    std::vector<std::string> outside;  // in words: what lies outside the training range; empty: nothing
};

struct CostModel {
    double hold_out = 0;
    std::uint64_t seed = 0;
    std::vector<CostGroup> groups;
    bool operator==(const CostModel&) const = default;

    // Errors: none was fitted for this library, recipe and arithmetic.
    Expected<const CostGroup*> group_for(const SiliconOptions& options, hw::Arithmetic arithmetic) const;

    Expected<void> write(const std::filesystem::path& file) const;
    static Expected<CostModel> read(const std::filesystem::path& file);
};

// What a point is likely to be fed with: the mean of the group's training points, or uniform random codes
// where none has power; utilisation by formula, for long dot products.
ActivityStatistics typical_activity(const CostGroup& group, const golden::Datapath& datapath,
                                    const hw::ArrayConfig& array);

CostEstimate estimate(const CostGroup& group, const PointFeatures& features, const golden::Datapath& datapath,
                      const hw::ArrayConfig& array, double clock_mhz, const ActivityStatistics& activity);

// cost__area__um2, cost__period__min_ns, cost__power__total__mw, cost__energy__per_mac__pj; each "modelled:
// ...".
Metrics cost_metrics(const CostGroup& group, const CostEstimate& estimate,
                     const ActivityStatistics& activity);

}  // namespace macaw::reports
