#include "cli/graph/quality_plan.hpp"

#include "cli/graph/model_steps.hpp"
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
void add_quantizer_metrics(const Metrics& metrics, const std::string& constraint, Metrics& all) {
    const std::string prefix = constraint + "__";
    for (const Metric& metric : metrics.all())
        if (metric.key.starts_with(prefix))
            all.add("quantizer__" + metric.key.substr(prefix.size()), metric.value, metric.how);
    const Metric* tiles = all.find("quantizer__tiles__count");
    const Metric* constrained = all.find("quantizer__tiles__constrained__count");
    if (tiles == nullptr || constrained == nullptr || tiles->value.get<double>() <= 0) return;
    all.add(reports::kConstrainedShare, constrained->value.get<double>() / tiles->value.get<double>(),
            constrained->how);
}

std::string failure_of(const fs::path& folder, const StepGraph::Outcome& outcome) {
    auto failure = outcome.failures.find(folder);
    if (failure == outcome.failures.end())
        return fmt::format("step {} ended without a reason", folder.filename().string());
    return failure->second.message;
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
    for (const fs::path& folder :
         {planned.quantize, planned.bound, planned.perplexity, planned.float_perplexity}) {
        if (fs::exists(folder)) continue;
        point.failure = failure_of(folder, outcome);
        return {};
    }
    const std::string how = "configured, " + to_string(config.datapath);
    point.metrics.add("datapath__inner__bits", config.datapath.inner_bits.bits(), how);
    point.metrics.add("datapath__outer__bits", config.datapath.outer_bits.bits(), how);
    MACAW_TRY(Metrics quantizer, Metrics::read(planned.quantize / "metrics.json"));
    add_quantizer_metrics(quantizer, to_string(config.quantizer.constraint), point.metrics);
    for (const fs::path& folder : {planned.bound, planned.perplexity, planned.float_perplexity}) {
        MACAW_TRY(Metrics metrics, Metrics::read(folder / "metrics.json"));
        point.metrics.append(metrics);
    }
    return {};
}

}  // namespace macaw::cli
