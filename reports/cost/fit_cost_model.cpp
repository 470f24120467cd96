#include "reports/cost/fit_cost_model.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>

#include "reports/cost/nonnegative_least_squares.hpp"

namespace macaw::reports {

namespace {

using Points = std::vector<const TrainingPoint*>;

// What each figure is fitted to. Dynamic and Leakage: of points with power.
double measured(CostFigure figure, const TrainingPoint& point) {
    switch (figure) {
        case CostFigure::Area:
            return point.area_um2;
        case CostFigure::Period:
            return point.period_ns;
        case CostFigure::Dynamic:
            return (point.power->total_mw - point.power->leakage_mw) / point.power->clock_mhz / kMwPerPjMhz;
        case CostFigure::Leakage:
            return point.power->leakage_mw;
    }
    throw std::logic_error("unknown CostFigure");
}

double toggles_of(const TrainingPoint& point) {
    return point.power ? operand_toggles(point.power->activity, point.array) : 0;
}

// Least squares on modelled / measured - 1: each point's terms are divided by what was measured.
// A measurement of 0 (a library without leakage) says nothing about shares and is left out.
std::vector<double> fit_figure(CostFigure figure, Points points) {
    std::erase_if(points, [&](const TrainingPoint* point) { return !(measured(figure, *point) > 0); });
    const auto count = static_cast<Eigen::Index>(points.size());
    Eigen::MatrixXd terms(count, static_cast<Eigen::Index>(term_names(figure).size()));
    for (Eigen::Index row = 0; row < count; ++row) {
        const TrainingPoint& point = *points[static_cast<std::size_t>(row)];
        const std::vector<double> of_point = terms_of(figure, point.features, toggles_of(point));
        terms.row(row) =
            Eigen::Map<const Eigen::RowVectorXd>(of_point.data(), terms.cols()) / measured(figure, point);
    }
    const Eigen::VectorXd solution = nonnegative_least_squares(terms, Eigen::VectorXd::Ones(count));
    return {solution.begin(), solution.end()};
}

Points with_power(const Points& points) {
    Points some;
    std::ranges::copy_if(points, std::back_inserter(some),
                         [](const TrainingPoint* point) { return point->power.has_value(); });
    return some;
}

CostEstimate estimate_of(const CostGroup& group, const TrainingPoint& point) {
    const ActivityStatistics activity =
        point.power ? point.power->activity : uniform_activity(point.datapath, point.array);
    const double clock_mhz = point.power ? point.power->clock_mhz : point.options.clock_mhz;
    return estimate(group, point.features, point.datapath, point.array, clock_mhz, activity);
}

struct PublishedFigure {
    const char* name;
    bool is_power;
    std::function<double(const CostEstimate&)> modelled;
    std::function<double(const TrainingPoint&)> measured;
};

const std::vector<PublishedFigure>& published_figures() {
    static const std::vector<PublishedFigure> figures = {
        {"area", false, [](const CostEstimate& e) { return e.area_um2; },
         [](const TrainingPoint& p) { return p.area_um2; }},
        {"period", false, [](const CostEstimate& e) { return e.period_ns; },
         [](const TrainingPoint& p) { return p.period_ns; }},
        {"power", true, [](const CostEstimate& e) { return *e.power_mw; },
         [](const TrainingPoint& p) { return p.power->total_mw; }},
        {"energy_per_mac", true, [](const CostEstimate& e) { return *e.energy_per_mac_pj; },
         [](const TrainingPoint& p) { return p.power->energy_per_mac_pj; }}};
    return figures;
}

// modelled / measured - 1
double error_of(const PublishedFigure& figure, const CostGroup& group, const TrainingPoint& point) {
    return figure.modelled(estimate_of(group, point)) / figure.measured(point) - 1;
}

// `points`: in the order of group.points.
void publish_errors(CostGroup& group, const Points& points) {
    for (const PublishedFigure& figure : published_figures()) {
        if (figure.is_power && !group.models_power()) continue;
        std::vector<double> training, held_out;
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (figure.is_power && !points[i]->power) continue;
            KnownPoint& known = group.points[i];
            const double error = known.errors[figure.name] = error_of(figure, group, *points[i]);
            (known.held_out ? held_out : training).push_back(std::abs(error));
        }
        group.errors[figure.name] = {error_statistics(training), error_statistics(held_out)};
    }
}

void widen(FeatureRange& range, double value, bool is_first) {
    range = is_first ? FeatureRange{value, value}
                     : FeatureRange{std::min(range.min, value), std::max(range.max, value)};
}

void find_ranges(CostGroup& group, const Points& training) {
    for (const TrainingPoint* point : training) {
        const bool is_first = point == training.front();
        for (std::size_t i = 0; i < kCounts; ++i)
            widen(group.ranges[std::string(kCountNames[i])], point->features.counts.values[i], is_first);
        for (std::size_t i = 0; i < kPathParts; ++i)
            widen(group.ranges["path_" + std::string(kPathPartNames[i])], point->features.path.values[i],
                  is_first);
        for (const auto& [key, word] : point->features.words) group.words[key].insert(word);
    }
}

ActivityStatistics mean_activity(const Points& powered) {
    ActivityStatistics mean{0, 0, 0, 0, fmt::format("mean of {} training points", powered.size())};
    const double share = 1 / static_cast<double>(powered.size());
    for (const TrainingPoint* point : powered) {
        const ActivityStatistics& activity = point->power->activity;
        mean.weight_toggles += share * activity.weight_toggles;
        mean.activation_toggles += share * activity.activation_toggles;
        mean.zero_share += share * activity.zero_share;
        mean.utilisation += share * activity.utilisation;
    }
    return mean;
}

void fit_group(CostGroup& group, const Points& points, const FitOptions& options) {
    const std::vector<bool> is_held_out = held_out_of(points.size(), options);
    Points training;
    std::set<std::string> hows;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (!is_held_out[i]) training.push_back(points[i]);
        group.points.push_back({points[i]->name, points[i]->identity, is_held_out[i], {}});
        hows.insert(points[i]->how);
    }
    group.measured.assign(hows.begin(), hows.end());
    const Points powered = with_power(training);
    for (CostFigure figure : kCostFigures) {
        const bool is_power = figure == CostFigure::Dynamic || figure == CostFigure::Leakage;
        if (is_power && powered.size() < kLeastTrainingPoints) continue;
        group.coefficients[to_string(figure)] = fit_figure(figure, is_power ? powered : training);
    }
    if (group.models_power()) group.activity = mean_activity(powered);
    publish_errors(group, points);
    find_ranges(group, training);
}

}  // namespace

std::vector<bool> held_out_of(std::size_t count, const FitOptions& options) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::mt19937_64 random(options.seed);
    for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[random() % i]);  // alike everywhere
    auto held = static_cast<std::size_t>(std::llround(options.hold_out * static_cast<double>(count)));
    held = std::min(std::max<std::size_t>(held, 1), count);
    std::vector<bool> is_held_out(count, false);
    for (std::size_t i = 0; i < held; ++i) is_held_out[order[i]] = true;
    return is_held_out;
}

Expected<CostModel> fit_cost_model(const std::vector<TrainingPoint>& points, const FitOptions& options,
                                   std::vector<std::string>& left_out) {
    CostModel model{options.hold_out, options.seed, {}};
    std::map<std::string, std::pair<CostGroup, Points>> groups;
    for (const TrainingPoint& point : points) {
        CostGroup group;
        group.library = point.options.library;
        group.recipe = recipe_of(point.options);
        group.arithmetic = to_string(point.array.arithmetic);
        groups.try_emplace(group.title(), group, Points{}).first->second.second.push_back(&point);
    }
    for (auto& [title, group] : groups) {
        auto& members = group.second;
        // The split depends on what the points are, not on the order in which they were recorded.
        std::ranges::sort(members, {}, &TrainingPoint::identity);
        const std::vector<bool> held = held_out_of(members.size(), options);
        const auto training = static_cast<std::size_t>(std::ranges::count(held, false));
        if (training < kLeastTrainingPoints) {
            left_out.push_back(fmt::format("{}: {} points leave {} for the fit, which needs {}", title,
                                           members.size(), training, kLeastTrainingPoints));
            continue;
        }
        fit_group(group.first, members, options);
        model.groups.push_back(std::move(group.first));
    }
    if (model.groups.empty())
        return fail(Error{ErrorKind::BadInput,
                          "no group of synthesised points is large enough for a fit",
                          left_out.empty() ? "no point has an area and a least period"
                                           : fmt::format("{}", fmt::join(left_out, "; ")),
                          {}});
    return model;
}

std::string error_table(const CostModel& model) {
    std::string text = "Absolute relative error of the cost model (modelled / measured - 1)\n";
    for (const CostGroup& group : model.groups) {
        text += fmt::format("\n{}\n", group.title());
        for (const PublishedFigure& figure : published_figures()) {
            auto errors = group.errors.find(figure.name);
            if (errors == group.errors.end()) continue;
            text += fmt::format("  {:<15} held out: {}\n", figure.name, to_string(errors->second.held_out));
            text += fmt::format("  {:<15} training: {}\n", "", to_string(errors->second.training));
        }
    }
    return text;
}

}  // namespace macaw::reports
