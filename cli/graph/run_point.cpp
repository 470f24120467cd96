#include "cli/graph/run_point.hpp"

#include <algorithm>

#include "reports/html/step.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

// "perplexity-float" of store/perplexity-float-0123456789abcdef.
std::string step_name(const fs::path& folder) {
    std::string name = folder.filename().string();
    return name.substr(0, name.rfind('-'));
}

}  // namespace

bool all_exist(const std::vector<fs::path>& folders) {
    std::error_code problem;  // what cannot be looked at is not there
    return std::ranges::all_of(folders, [&](const fs::path& folder) { return fs::exists(folder, problem); });
}

std::string failure_of(const std::vector<fs::path>& folders, const StepGraph::Outcome& outcome) {
    const std::string word = "error: ";
    for (const fs::path& folder : folders) {
        auto failure = outcome.failures.find(folder);
        if (failure == outcome.failures.end()) continue;
        const std::string& message = failure->second.message;
        return fmt::format("step {}: {}", step_name(folder),
                           message.starts_with(word) ? message.substr(word.size()) : message);
    }
    for (const fs::path& folder : folders)
        if (!fs::exists(folder)) return fmt::format("step {} ended without a reason", step_name(folder));
    return {};
}

std::string failed_names(const std::vector<reports::SweepPoint>& points) {
    std::vector<std::string> names;
    for (const reports::SweepPoint& point : points)
        if (!point.failure.empty()) names.push_back(point.name);
    return fmt::format("{}", fmt::join(names, ", "));
}

Expected<void> collect_run(const PlannedRun& run, const StepGraph::Outcome& outcome,
                           reports::SweepPoint& point) {
    if (!all_exist(run.folders)) {
        point.failure = failure_of(run.folders, outcome);
        return {};
    }
    std::vector<reports::ReportStep> steps;
    for (const PlannedStep& step : run.steps) {
        steps.push_back({step.title, step.folder});
        point.steps.push_back({step.name, step.folder});
    }
    MACAW_TRY(auto loaded, reports::load_steps(steps));
    point.metrics = reports::metrics_of(loaded);
    for (std::size_t i = 0; i < loaded.size(); ++i)  // of a figure that several steps give, the first one
        for (const Metric& metric : loaded[i].metrics.all())
            point.metric_steps.emplace(metric.key, run.steps[i].name);
    return {};
}

Expected<reports::StoredPoint> stored_point(const reports::SweepPoint& point, const RunConfig& config,
                                            const PointPlace& place) {
    reports::StoredPoint stored;
    stored.sweep = place.sweep;
    stored.name = point.name;
    stored.position = place.position;
    stored.scope = place.scope;
    stored.axes = point.axes;
    stored.config = to_json(config);
    stored.failure = point.failure;
    for (const Metric& metric : point.metrics.all()) {
        auto step = point.metric_steps.find(metric.key);
        stored.metrics.push_back({metric, step == point.metric_steps.end() ? "" : step->second});
    }
    for (const reports::PointStep& step : point.steps) {
        MACAW_TRY(Json record, read_json(step.folder / "step.json"));
        stored.steps.push_back(
            {step.name, fs::relative(step.folder, place.root).string(), std::move(record)});
    }
    return stored;
}

}  // namespace macaw::cli
