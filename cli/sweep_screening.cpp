#include "cli/sweep_screening.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "golden/support/parallel.hpp"
#include "golden/support/progress.hpp"
#include "reports/cost/cost_model.hpp"
#include "reports/cost/pareto_search.hpp"
#include "reports/cost/training_point.hpp"
#include "reports/html/label.hpp"

namespace macaw::cli {

namespace {

struct ModelledFigure {
    const char* name;      // of the objective
    const char* modelled;  // key
    const char* measured;  // key
    const char* error;     // key
};
constexpr std::array<ModelledFigure, 4> kFigures = {
    {{"area", "cost__area__um2", "synth__area__um2", "cost__area__error__percent"},
     {"period", "cost__period__min_ns", "timing__period__min_ns", "cost__period__error__percent"},
     {"power", "cost__power__total__mw", "power__total__mw", "cost__power__error__percent"},
     {"energy_per_mac", "cost__energy__per_mac__pj", "energy__per_mac__pj",
      "cost__energy__per_mac__error__percent"}}};

constexpr const char* kThroughput = "cost__throughput__gmac_per_s";

const char* key_of(const std::string& objective) {
    for (const ModelledFigure& figure : kFigures)
        if (objective == figure.name) return figure.modelled;
    if (objective == "throughput") return kThroughput;
    throw std::logic_error("key_of: an objective that no model has: " + objective);
}

std::optional<double> number(const Metrics& metrics, const char* key) {
    const Metric* metric = metrics.find(key);
    if (metric == nullptr || !metric->value.is_number()) return std::nullopt;
    return metric->value.get<double>();
}

bool was_fitted_on(const reports::CostGroup& group, const RunConfig& config) {
    const std::string identity = reports::identity_of(config.datapath, config.array, config.synth);
    return std::ranges::any_of(group.points, [&](const reports::KnownPoint& known) {
        return known.identity == identity && !known.held_out;
    });
}

// Of a candidate; `outside`: whether it was extrapolated.
Expected<Metrics> modelled(const RunConfig& config, const reports::CostModel& model, bool& outside,
                           bool& is_training_point) {
    MACAW_TRY(const reports::CostGroup* group, model.group_for(config.synth, config.array.arithmetic));
    MACAW_TRY(reports::PointFeatures features, reports::features_of(config.datapath, config.array));
    const reports::ActivityStatistics activity =
        reports::typical_activity(*group, config.datapath, config.array);
    const reports::CostEstimate estimate =
        reports::estimate(*group, features, config.datapath, config.array, config.synth.clock_mhz, activity);
    outside = !estimate.outside.empty();
    is_training_point = was_fitted_on(*group, config);
    Metrics metrics = reports::cost_metrics(*group, estimate, activity);
    const double macs = static_cast<double>(config.array.macs_per_cycle(config.datapath));
    metrics.add(
        kThroughput, macs * activity.utilisation / estimate.period_ns,
        "MACs a cycle and utilisation over the least period; " + metrics.find("cost__period__min_ns")->how);
    return metrics;
}

// The modelled figures of every candidate, into it.
Expected<void> model_all(SweepConfig& sweep, const reports::CostModel& model, std::vector<char>& is_outside) {
    Progress progress("modelling candidates", static_cast<std::int64_t>(sweep.points.size()));
    return parallel_for(sweep.points.size(), [&](std::size_t i) -> Expected<void> {
        MACAW_CHECK(stop_if_interrupted());
        SweepConfigPoint& point = sweep.points[i];
        bool outside = false;
        auto metrics = modelled(point.config, model, outside, point.is_training_point);
        if (!metrics) {
            Error error = std::move(metrics).error();
            error.message = fmt::format("point {}: {}", point.name, error.message);
            return fail(std::move(error).at({sweep.search->cost_model.string()}));
        }
        point.modelled = std::move(*metrics);
        is_outside[i] = outside ? 1 : 0;
        progress.advance();
        return {};
    });
}

double value_of(const SearchObjective& objective, const SweepConfigPoint& point) {
    if (is_modelled(objective.name))
        return number(point.modelled, key_of(objective.name))
            .value_or(std::numeric_limits<double>::quiet_NaN());
    for (const auto& [name, value] : point.axes)
        if (name == objective.name)
            return reports::parse_number(value).value_or(std::numeric_limits<double>::quiet_NaN());
    return std::numeric_limits<double>::quiet_NaN();
}

reports::Objectives objectives_of(const SweepSearch& search, const SweepConfigPoint& point) {
    reports::Objectives objectives;
    for (const SearchObjective& objective : search.objectives)
        objectives[objective.name] = (objective.is_maximised ? -1 : 1) * value_of(objective, point);
    return objectives;
}

Table candidate_table(const SweepConfig& sweep, const std::vector<bool>& is_chosen,
                      const std::vector<char>& is_outside) {
    std::vector<std::string> heads = {"point"};
    for (const auto& [axis, value] : sweep.points.front().axes) heads.push_back(axis);
    for (const ModelledFigure& figure : kFigures) heads.push_back(figure.modelled);
    heads.insert(heads.end(), {kThroughput, "extrapolated", "training_point", "chosen"});
    Table table(heads);
    for (std::size_t i = 0; i < sweep.points.size(); ++i) {
        const SweepConfigPoint& point = sweep.points[i];
        std::vector<Json> cells = {point.name};
        for (const auto& [axis, value] : point.axes) cells.push_back(value);
        auto add = [&](const char* key) {
            const Metric* metric = point.modelled.find(key);
            cells.push_back(metric == nullptr ? Json("") : metric->value);
        };
        for (const ModelledFigure& figure : kFigures) add(figure.modelled);
        add(kThroughput);
        cells.push_back(is_outside[i] != 0 ? "yes" : "no");
        cells.push_back(point.is_training_point ? "yes" : "no");
        cells.push_back(is_chosen[i] ? "yes" : "no");
        table.add_row(std::move(cells));
    }
    return table;
}

}  // namespace

Expected<Screening> choose_points(SweepConfig& sweep) {
    const SweepSearch& search = *sweep.search;
    MACAW_TRY(reports::CostModel model, reports::CostModel::read(search.cost_model));
    const auto begin = std::chrono::steady_clock::now();
    std::vector<char> is_outside(sweep.points.size(), 0);  // not bool: written by several threads
    MACAW_CHECK(model_all(sweep, model, is_outside));
    Screening screening{sweep.points.size(), 0, 0, 0, Table({"point"})};
    screening.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::vector<reports::Objectives> objectives;
    std::vector<std::string> groups;
    for (const SweepConfigPoint& point : sweep.points) {
        objectives.push_back(objectives_of(search, point));
        groups.push_back(point.group);
        for (const auto& [name, value] : objectives.back())
            if (!std::isfinite(value))
                return fail(Error{ErrorKind::BadInput,
                                  fmt::format("point {}: the cost model has no {}", point.name, name),
                                  "fit it on points with power, or leave power and energy_per_mac out",
                                  {search.cost_model.string()}});
    }
    std::vector<bool> is_chosen(sweep.points.size(), false);
    std::vector<SweepConfigPoint> chosen;
    for (std::size_t i :
         reports::best_by_fronts(objectives, groups, static_cast<std::size_t>(search.synthesise))) {
        is_chosen[i] = true;
        if (is_outside[i] != 0) ++screening.extrapolated;
        chosen.push_back(sweep.points[i]);
    }
    screening.chosen = chosen.size();
    screening.table = candidate_table(sweep, is_chosen, is_outside);
    sweep.points = std::move(chosen);
    return screening;
}

void add_modelled(const SweepConfigPoint& chosen, reports::SweepPoint& point) {
    if (!point.failure.empty()) return;
    point.metrics.append(chosen.modelled);
    if (chosen.is_training_point) return;  // the difference would not be an error of the model
    for (const ModelledFigure& figure : kFigures) {
        auto modelled = number(point.metrics, figure.modelled),
             measured = number(point.metrics, figure.measured);
        if (!modelled || !measured) continue;
        point.metrics.add(
            figure.error, 100 * (*modelled / *measured - 1),
            fmt::format("{} (modelled) over {} (measured), less 1", figure.modelled, figure.measured));
    }
}

Table modelled_beside_measured(const std::vector<reports::SweepPoint>& points) {
    Table table({"point", "figure", "modelled", "measured", "error_percent"});
    for (const reports::SweepPoint& point : points)
        for (const ModelledFigure& figure : kFigures)
            if (auto error = number(point.metrics, figure.error))
                table.add_row({point.name, figure.name, *number(point.metrics, figure.modelled),
                               *number(point.metrics, figure.measured), *error});
    return table;
}

std::string modelled_errors_text(const std::vector<reports::SweepPoint>& points) {
    std::string text;
    for (const ModelledFigure& figure : kFigures) {
        std::vector<double> errors;
        for (const reports::SweepPoint& point : points)
            if (auto error = number(point.metrics, figure.error)) errors.push_back(std::abs(*error) / 100);
        if (!errors.empty())
            text += fmt::format("  {:<15} {}\n", figure.name, to_string(reports::error_statistics(errors)));
    }
    return text;
}

}  // namespace macaw::cli
