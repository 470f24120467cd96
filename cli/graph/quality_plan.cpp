#include "cli/graph/quality_plan.hpp"

#include "cli/graph/model_steps.hpp"
#include "cli/graph/run_point.hpp"
#include "reports/tables/point_quality.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

Step bound_step(const RunConfig& config, const fs::path& config_file, const fs::path& layers,
                std::string title) {
    return {"bound",
            std::move(title),
            {{"datapath", golden::to_json(config.datapath)}},
            {},
            {layers},
            {},
            {"bound", layers.string(), "--config", config_file.string()},
            {"certificate.json", "rows.csv"},
            true};
}

// The figures of the quantizer, under a name that does not depend on the constraint.
Metrics quantizer_metrics(const Metrics& metrics, const std::string& constraint) {
    const std::string prefix = constraint + "__";
    Metrics all;
    for (const Metric& metric : metrics.all())
        if (metric.key.starts_with(prefix))
            all.add("quantizer__" + metric.key.substr(prefix.size()), metric.value, metric.how);
    const Metric* tiles = all.find("quantizer__tiles__count");
    const Metric* constrained = all.find("quantizer__tiles__constrained__count");
    if (tiles == nullptr || constrained == nullptr || tiles->value.get<double>() <= 0) return all;
    double share = constrained->value.get<double>() / tiles->value.get<double>();
    all.add(reports::kConstrainedShare, share, std::string(constrained->how));
    return all;
}

// Figures that a step gave, as they stand in `metrics`.
void add_from(const std::string& step, const Metrics& metrics, reports::SweepPoint& point) {
    point.metrics.append(metrics);
    for (const Metric& metric : metrics.all()) point.metric_steps[metric.key] = step;
}

}  // namespace

Expected<PlannedQuality> plan_quality(StepGraph& graph, const RunConfig& config, const fs::path& config_file,
                                      const std::string& title) {
    PlannedQuality planned;
    MACAW_TRY(planned.quantize, graph.add(quantize_step(config, config_file, config.quantizer.constraint,
                                                        title + ": quantize")));
    MACAW_TRY(planned.bound, graph.add(bound_step(config, config_file, planned.quantize, title + ": bound")));
    MACAW_TRY(planned.perplexity,
              graph.add(perplexity_step(config, config_file, datapath_evaluation(config, planned.quantize),
                                        title + ": perplexity")));
    MACAW_TRY(planned.float_perplexity,
              graph.add(perplexity_step(config, config_file, float_evaluation(), "float32: perplexity")));
    return planned;
}

Expected<void> collect_quality(const PlannedQuality& planned, const RunConfig& config,
                               const StepGraph::Outcome& outcome, reports::SweepPoint& point) {
    if (!all_exist(planned.folders())) {
        point.failure = failure_of(planned.folders(), outcome);
        return {};
    }
    const std::string how = "configured, " + to_string(config.datapath);
    point.metrics.add("datapath__inner__bits", config.datapath.inner_bits.bits(), how);
    point.metrics.add("datapath__outer__bits", config.datapath.outer_bits.bits(), how);
    point.steps = {{"quantize", planned.quantize},
                   {"bound", planned.bound},
                   {"perplexity", planned.perplexity},
                   {"float_perplexity", planned.float_perplexity}};
    for (const auto& [step, folder] : point.steps) {
        MACAW_TRY(Metrics metrics, Metrics::read(folder / "metrics.json"));
        if (step == "quantize") metrics = quantizer_metrics(metrics, to_string(config.quantizer.constraint));
        add_from(step, metrics, point);
    }
    return {};
}

}  // namespace macaw::cli
