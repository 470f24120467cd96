#include "reports/cost/cost_model.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace macaw::reports {

namespace {

double value_of(const CostGroup& group, CostFigure figure, const PointFeatures& features, double toggles) {
    const std::vector<double>& coefficients = group.coefficients.at(to_string(figure));
    const std::vector<double> terms = terms_of(figure, features, toggles);
    return std::inner_product(terms.begin(), terms.end(), coefficients.begin(), 0.0);
}

// Names and values of all that has a range.
template <typename Names, typename Values, typename Use>
void for_each_amount(const Names& names, const Values& values, const std::string& prefix, Use use) {
    for (std::size_t i = 0; i < names.size(); ++i) use(prefix + std::string(names[i]), values[i]);
}

std::vector<std::string> outside_of(const CostGroup& group, const PointFeatures& features) {
    std::vector<std::string> outside;
    auto check = [&](const std::string& name, double value) {
        auto range = group.ranges.find(name);
        if (range == group.ranges.end()) return;
        const double slack = 1e-9 * (1 + std::abs(range->second.max));
        if (value < range->second.min - slack || value > range->second.max + slack)
            outside.push_back(fmt::format("{} is {:.4g}, in training {:.4g} to {:.4g}", name, value,
                                          range->second.min, range->second.max));
    };
    for_each_amount(kCountNames, features.counts.values, "", check);
    for_each_amount(kPathPartNames, features.path.values, "path_", check);
    for (const auto& [key, word] : features.words) {
        auto known = group.words.find(key);
        if (known == group.words.end() || !known->second.contains(word))
            outside.push_back(fmt::format(
                "{} is {}, in training {}", key, word,
                known == group.words.end() ? "none" : fmt::format("{}", fmt::join(known->second, ", "))));
    }
    return outside;
}

}  // namespace

ErrorStatistics error_statistics(std::vector<double> errors) {
    if (errors.empty()) return {};
    std::ranges::sort(errors);
    // The smallest value that at least this share of them does not exceed.
    auto quantile = [&](double share) {
        auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(errors.size())));
        return errors[std::max<std::size_t>(rank, 1) - 1];
    };
    return {static_cast<int>(errors.size()), quantile(0.5), quantile(0.9), errors.back()};
}

std::string to_string(const ErrorStatistics& errors) {
    if (errors.points == 0) return "not known: on no point";
    return fmt::format("median {:.1f} %, 90th percentile {:.1f} %, worst {:.1f} % on {} points",
                       100 * errors.median, 100 * errors.percentile_90, 100 * errors.worst, errors.points);
}

std::string recipe_of(const SiliconOptions& options) {
    return options.best_recipe ? fmt::format("best at {} MHz", options.clock_mhz) : to_string(options.recipe);
}

std::string CostGroup::title() const {
    return fmt::format("{}, recipe {}, {} arithmetic", fmt::join(library, " "), recipe, arithmetic);
}

Expected<const CostGroup*> CostModel::group_for(const SiliconOptions& options,
                                                hw::Arithmetic arithmetic) const {
    CostGroup wanted;
    wanted.library = options.library;
    wanted.recipe = recipe_of(options);
    wanted.arithmetic = to_string(arithmetic);
    std::string known;
    for (const CostGroup& group : groups) {
        if (group.title() == wanted.title()) return &group;
        known += (known.empty() ? "" : "; ") + group.title();
    }
    return fail(Error{ErrorKind::BadInput,
                      fmt::format("the cost model was not fitted for {}", wanted.title()),
                      fmt::format("it knows: {}; macaw cost fit on synthesised points of this kind",
                                  known.empty() ? "nothing" : known),
                      {}});
}

ActivityStatistics typical_activity(const CostGroup& group, const golden::Datapath& datapath,
                                    const hw::ArrayConfig& array) {
    const ActivityStatistics uniform = uniform_activity(datapath, array);
    if (!group.activity) return uniform;
    ActivityStatistics typical = *group.activity;
    typical.utilisation = uniform.utilisation;
    return typical;
}

CostEstimate estimate(const CostGroup& group, const PointFeatures& features, const golden::Datapath& datapath,
                      const hw::ArrayConfig& array, double clock_mhz, const ActivityStatistics& activity) {
    CostEstimate estimate;
    const double toggles = operand_toggles(activity, array);
    estimate.area_um2 = value_of(group, CostFigure::Area, features, toggles);
    estimate.period_ns = value_of(group, CostFigure::Period, features, toggles);
    if (group.models_power()) {
        const double power =
            value_of(group, CostFigure::Dynamic, features, toggles) * clock_mhz * kMwPerPjMhz +
            value_of(group, CostFigure::Leakage, features, toggles);
        const double macs = static_cast<double>(array.macs_per_cycle(datapath)) * activity.utilisation;
        estimate.power_mw = power;
        estimate.energy_per_mac_pj = power / kMwPerPjMhz / clock_mhz / macs;
    }
    estimate.outside = outside_of(group, features);
    return estimate;
}

Metrics cost_metrics(const CostGroup& group, const CostEstimate& estimate,
                     const ActivityStatistics& activity) {
    Metrics metrics;
    auto add = [&](const std::string& key, const std::string& figure, double value,
                   const std::string& further = {}) {
        std::string how =
            fmt::format("modelled: cost model of {}; error on points that were held out of its fit: {}{}",
                        group.title(), to_string(group.errors.at(figure).held_out), further);
        if (!estimate.outside.empty())
            how += fmt::format("; EXTRAPOLATED: {}", fmt::join(estimate.outside, "; "));
        metrics.add(key, value, how);
    };
    add("cost__area__um2", "area", estimate.area_um2);
    add("cost__period__min_ns", "period", estimate.period_ns);
    const std::string of_activity = "; activity: " + activity.source;
    if (estimate.power_mw) add("cost__power__total__mw", "power", *estimate.power_mw, of_activity);
    if (estimate.energy_per_mac_pj)
        add("cost__energy__per_mac__pj", "energy_per_mac", *estimate.energy_per_mac_pj, of_activity);
    return metrics;
}

}  // namespace macaw::reports
