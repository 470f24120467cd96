#include "cli/point_sweep.hpp"

#include <array>
#include <map>

#include "cli/graph/live_recorder.hpp"
#include "cli/graph/point_plan.hpp"
#include "cli/graph/run_folder.hpp"
#include "cli/graph/run_point.hpp"
#include "cli/sweep_screening.hpp"
#include "reports/tables/point_quality.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

// One set of points that run in one graph.
struct Stage {
    std::string name;   // of its folder: "points" or "candidates"
    std::string sweep;  // in the database of results
    SweepSteps steps = SweepSteps::Quality;
    bool candidates = false;
};

struct Places {
    const fs::path& root;
    const fs::path& folder;
    const Execution& execution;
    reports::ResultStore& store;
};

struct PointToRun {
    const SweepConfigPoint* point = nullptr;
    const RunConfig* config = nullptr;               // the point's own, or with the validation text
    int position = 0;                                // in the sweep
    const reports::SweepPoint* candidate = nullptr;  // as which it was chosen, where it was
};

constexpr std::array kValidationKeys = {reports::kValidationPerplexity, reports::kValidationError};
constexpr const char* kValidationStep = "validation";

// A candidate's perplexities are those of the validation text and are named so.
reports::SweepPoint as_candidate(const reports::SweepPoint& point) {
    reports::SweepPoint candidate = point;
    candidate.metrics = {};
    candidate.metric_steps = {};
    auto add = [&](const std::string& key, const Metric& metric, const std::string& step) {
        candidate.metrics.add(key, metric.value, metric.how);
        candidate.metric_steps[key] = step;
    };
    for (const Metric& metric : point.metrics.all()) {
        auto step = point.metric_steps.find(metric.key);
        if (metric.key == "model__ppl__datapath")
            add(reports::kValidationPerplexity, metric, kValidationStep);
        else if (metric.key == "model__standard_error__datapath__ppl")
            add(reports::kValidationError, metric, kValidationStep);
        else if (!metric.key.starts_with("model__"))
            add(metric.key, metric, step == point.metric_steps.end() ? "" : step->second);
    }
    for (reports::PointStep& step : candidate.steps)
        if (step.name == "perplexity") step.name = kValidationStep;
    return candidate;
}

// The chosen point keeps what it was chosen by.
void add_validation(const reports::SweepPoint& candidate, reports::SweepPoint& point) {
    for (const char* key : kValidationKeys) {
        const Metric* metric = candidate.metrics.find(key);
        if (metric == nullptr) continue;
        point.metrics.add(key, metric->value, metric->how);
        point.metric_steps[key] = kValidationStep;
    }
    for (const reports::PointStep& step : candidate.steps)
        if (step.name == kValidationStep) point.steps.push_back(step);
}

Expected<reports::SweepPoint> collect(const PointToRun& run, const PlannedPoint& planned,
                                      const StepGraph::Outcome& outcome, const Stage& stage) {
    reports::SweepPoint point;
    point.name = run.point->name;
    point.axes = run.point->axes;
    MACAW_CHECK(collect_point(planned, *run.config, outcome, point));
    add_modelled(*run.point, point);
    if (run.candidate != nullptr && point.failure.empty()) add_validation(*run.candidate, point);
    return stage.candidates ? as_candidate(point) : point;
}

Expected<reports::StoredPoint> stored(const reports::SweepPoint& point, const PointToRun& run,
                                      const Stage& stage, const fs::path& root) {
    return stored_point(point, *run.config, {root, stage.sweep, run.position, to_string(stage.steps)});
}

std::vector<LivePoint> live_points(const std::vector<PointToRun>& points,
                                   const std::vector<PlannedPoint>& planned, const Stage& stage,
                                   const fs::path& root) {
    std::vector<LivePoint> live;
    for (std::size_t i = 0; i < points.size(); ++i) {
        auto collected = [run = points[i], planned = planned[i], stage,
                          root]() -> Expected<reports::StoredPoint> {
            MACAW_TRY(reports::SweepPoint point, collect(run, planned, {}, stage));
            return stored(point, run, stage, root);
        };
        live.push_back({planned[i].folders(), collected});
    }
    return live;
}

// Plans, runs, collects and records the points, in their order.
Expected<std::vector<reports::SweepPoint>> run_points(const std::vector<PointToRun>& points,
                                                      const Places& places, const Stage& stage) {
    StepGraph graph(places.root / "store", places.execution);
    std::vector<PlannedPoint> planned;
    for (const PointToRun& run : points) {
        MACAW_TRY(fs::path file, write_run_config(places.folder / stage.name / run.point->name, *run.config));
        MACAW_TRY(planned.emplace_back(), plan_point(graph, *run.config, file, stage.steps, run.point->name));
    }
    MACAW_TRY(StepGraph::Outcome outcome,
              run_and_record(graph, places.folder / ("ninja-" + stage.name), places.store.file(),
                             live_points(points, planned, stage, places.root)));
    std::vector<reports::SweepPoint> results;
    std::vector<reports::StoredPoint> records;
    for (std::size_t i = 0; i < points.size(); ++i) {
        MACAW_TRY(results.emplace_back(), collect(points[i], planned[i], outcome, stage));
        MACAW_TRY(records.emplace_back(), stored(results.back(), points[i], stage, places.root));
    }
    MACAW_CHECK(places.store.record_sweep(stage.sweep, records));
    return results;
}

Expected<PointSweepResult> run_selection(const SweepConfig& sweep, const Places& places) {
    std::vector<PointToRun> trials;
    std::vector<std::string> groups;
    for (const SweepConfigPoint& point : sweep.points) {
        trials.push_back({&point, &*point.validation, static_cast<int>(trials.size())});
        groups.push_back(point.group);
    }
    PointSweepResult result;
    MACAW_TRY(
        result.candidates,
        run_points(trials, places, {"candidates", sweep.name + "/candidates", SweepSteps::Quality, true}));
    std::vector<std::size_t> best = select_best(result.candidates, groups);
    if (best.empty()) {
        MACAW_CHECK(places.store.record_sweep(sweep.name, {}));
        if (std::string names = failed_names(result.candidates); !names.empty())
            return fail(ErrorKind::ToolFailed, "none of the {} candidates is certified; failed: {}",
                        sweep.points.size(), names);
        return fail(ErrorKind::CheckFailed, "none of the {} candidates is certified", sweep.points.size());
    }
    std::vector<PointToRun> chosen;
    for (std::size_t index : best)
        chosen.push_back({&sweep.points[index], &sweep.points[index].config, static_cast<int>(index),
                          &result.candidates[index]});
    MACAW_TRY(result.points, run_points(chosen, places, {"points", sweep.name, sweep.steps}));
    return result;
}

}  // namespace

std::vector<std::size_t> select_best(const std::vector<reports::SweepPoint>& candidates,
                                     const std::vector<std::string>& groups) {
    std::vector<std::string> order;
    std::map<std::string, std::pair<double, std::size_t>> best;
    for (std::size_t index = 0; index < candidates.size(); ++index) {
        const Metric* perplexity = candidates[index].metrics.find(reports::kValidationPerplexity);
        if (perplexity == nullptr || !reports::is_certified(candidates[index])) continue;
        auto value = perplexity->value.get<double>();
        auto [known, fresh] = best.try_emplace(groups[index], value, index);
        if (fresh) order.push_back(groups[index]);
        if (value < known->second.first) known->second = {value, index};
    }
    std::vector<std::size_t> indices;
    for (const std::string& group : order) indices.push_back(best.at(group).second);
    return indices;
}

Expected<PointSweepResult> run_point_sweep(const SweepConfig& sweep, const fs::path& root,
                                           const fs::path& folder, const Execution& execution,
                                           reports::ResultStore& store) {
    const Places places{root, folder, execution, store};
    if (!sweep.select_per.empty()) return run_selection(sweep, places);
    std::vector<PointToRun> points;
    for (const SweepConfigPoint& point : sweep.points)
        points.push_back({&point, &point.config, static_cast<int>(points.size())});
    PointSweepResult result;
    MACAW_TRY(result.points, run_points(points, places, {"points", sweep.name, sweep.steps}));
    return result;
}

}  // namespace macaw::cli
