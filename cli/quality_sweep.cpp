#include "cli/quality_sweep.hpp"

#include <map>

#include "cli/graph/quality_plan.hpp"
#include "cli/graph/run_folder.hpp"
#include "golden/support/progress.hpp"
#include "reports/tables/point_quality.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

struct PointToRun {
    const SweepConfigPoint* point = nullptr;
    const RunConfig* config = nullptr;  // the point's own, or with the validation text
};

// Plans, runs and collects the points, in their order.
Expected<std::vector<reports::SweepPoint>> run_points(const std::vector<PointToRun>& points,
                                                      const fs::path& root, const fs::path& folder,
                                                      const std::string& stage, const Execution& execution) {
    StepGraph graph(root / "store", execution);
    std::vector<PlannedQuality> planned;
    for (const auto& [point, config] : points) {
        MACAW_TRY(fs::path file, write_run_config(folder / stage / point->name, *config));
        MACAW_TRY(planned.emplace_back(), plan_quality(graph, *config, file, point->name));
    }
    MACAW_TRY(StepGraph::Outcome outcome, graph.run(folder / ("ninja-" + stage)));
    MACAW_CHECK(stop_if_interrupted());
    std::vector<reports::SweepPoint> results;
    for (std::size_t i = 0; i < points.size(); ++i) {
        reports::SweepPoint& result = results.emplace_back();
        result.name = points[i].point->name;
        result.axes = points[i].point->axes;
        MACAW_CHECK(collect_quality(planned[i], *points[i].config, outcome, result));
    }
    return results;
}

// A candidate's perplexities are those of the validation text and are named so.
reports::SweepPoint as_candidate(const reports::SweepPoint& point) {
    reports::SweepPoint candidate = point;
    candidate.metrics = {};
    for (const Metric& metric : point.metrics.all()) {
        if (metric.key == "model__ppl__datapath")
            candidate.metrics.add(reports::kValidationPerplexity, metric.value, metric.how);
        else if (metric.key == "model__standard_error__datapath__ppl")
            candidate.metrics.add(reports::kValidationError, metric.value, metric.how);
        else if (!metric.key.starts_with("model__"))
            candidate.metrics.add(metric.key, metric.value, metric.how);
    }
    return candidate;
}

Expected<QualityResult> run_selection(const SweepConfig& sweep, const fs::path& root, const fs::path& folder,
                                      const Execution& execution) {
    std::vector<PointToRun> trials;
    std::vector<std::string> groups;
    for (const SweepConfigPoint& point : sweep.points) {
        trials.push_back({&point, &*point.validation});
        groups.push_back(point.group);
    }
    QualityResult result;
    MACAW_TRY(auto validated, run_points(trials, root, folder, "candidates", execution));
    for (const reports::SweepPoint& point : validated) result.candidates.push_back(as_candidate(point));
    std::vector<std::size_t> best = select_best(result.candidates, groups);
    if (best.empty())
        return fail(ErrorKind::CheckFailed, "none of the {} candidates is certified", sweep.points.size());
    std::vector<PointToRun> chosen;
    for (std::size_t index : best) chosen.push_back({&sweep.points[index], &sweep.points[index].config});
    MACAW_TRY(result.points, run_points(chosen, root, folder, "points", execution));
    for (std::size_t i = 0; i < best.size(); ++i)
        for (const char* key : {reports::kValidationPerplexity, reports::kValidationError})
            if (const Metric* metric = result.candidates[best[i]].metrics.find(key))
                result.points[i].metrics.add(key, metric->value, metric->how);
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

Expected<QualityResult> run_quality_sweep(const SweepConfig& sweep, const fs::path& root,
                                          const fs::path& folder, const Execution& execution) {
    if (!sweep.select_per.empty()) return run_selection(sweep, root, folder, execution);
    std::vector<PointToRun> points;
    for (const SweepConfigPoint& point : sweep.points) points.push_back({&point, &point.config});
    QualityResult result;
    MACAW_TRY(result.points, run_points(points, root, folder, "points", execution));
    return result;
}

}  // namespace macaw::cli
