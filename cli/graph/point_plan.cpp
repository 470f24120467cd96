#include "cli/graph/point_plan.hpp"

#include "cli/graph/hardware_steps.hpp"
#include "cli/graph/model_steps.hpp"
#include "cli/graph/run_point.hpp"
#include "cli/layer_choice.hpp"
#include "cli/synthesisable.hpp"
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

// Figures that a step gave, as they stand in `metrics`; of those that several steps give, the first stays.
void add_from(const std::string& step, const Metrics& metrics, reports::SweepPoint& point) {
    for (const Metric& metric : metrics.all()) {
        if (point.metrics.find(metric.key) != nullptr) continue;
        point.metrics.add(metric.key, metric.value, metric.how);
        point.metric_steps[metric.key] = step;
    }
}

class PointPlanner {
  public:
    PointPlanner(StepGraph& graph, const RunConfig& config, const fs::path& config_file,
                 const std::string& title)
        : graph_(graph), config_(config), config_file_(config_file), title_(title) {}

    // Returns the folder of the layers.
    Expected<fs::path> quality() {
        MACAW_TRY(Step quantize,
                  quantize_step(config_, config_file_, config_.quantizer.constraint, title_ + ": quantize"));
        MACAW_TRY(fs::path layers, add("quantize", quantize));
        MACAW_CHECK(add("bound", bound_step(config_, config_file_, layers, title_ + ": bound")));
        MACAW_CHECK(
            add("perplexity", perplexity_step(config_, config_file_, datapath_evaluation(config_, layers),
                                              title_ + ": perplexity")));
        MACAW_CHECK(add("float_perplexity",
                        perplexity_step(config_, config_file_, float_evaluation(), "float32: perplexity")));
        return layers;
    }

    // `layers`: empty for random codes.
    Expected<void> hardware(const fs::path& layers) {
        MACAW_CHECK(require_synthesisable(config_, config_file_));
        MACAW_TRY(fs::path rtl, add("generate", generate_step(config_, config_file_, title_ + ": generate")));
        MACAW_TRY(fs::path stimulus,
                  add("stimulate", stimulate_step(config_, config_file_, layers, title_ + ": stimulus")));
        MACAW_TRY(Step synth,
                  synth_step(config_, config_file_, rtl, stimulus, title_ + ": synthesise, power"));
        MACAW_CHECK(add("synth", synth));
        return {};
    }

    PlannedPoint take() { return std::move(planned_); }

  private:
    Expected<fs::path> add(const std::string& name, const Step& step) {
        MACAW_TRY(fs::path folder, graph_.add(step));
        planned_.steps.push_back({name, folder});
        return folder;
    }

    StepGraph& graph_;
    const RunConfig& config_;
    const fs::path& config_file_;
    const std::string& title_;
    PlannedPoint planned_;
};

}  // namespace

std::vector<fs::path> PlannedPoint::folders() const {
    std::vector<fs::path> all;
    for (const reports::PointStep& step : steps) all.push_back(step.folder);
    return all;
}

Expected<PlannedPoint> plan_point(StepGraph& graph, const RunConfig& config, const fs::path& config_file,
                                  SweepSteps steps, const std::string& title) {
    require(steps != SweepSteps::All, "plan_point: all steps are plan_run's");
    PointPlanner planner(graph, config, config_file, title);
    if (steps != SweepSteps::Quality) MACAW_CHECK(check_chosen_layers(config, config_file));
    fs::path layers;
    if (steps != SweepSteps::Hardware) {
        MACAW_TRY(layers, planner.quality());
    }
    if (steps != SweepSteps::Quality) MACAW_CHECK(planner.hardware(layers));
    return planner.take();
}

Expected<void> collect_point(const PlannedPoint& planned, const RunConfig& config,
                             const StepGraph::Outcome& outcome, reports::SweepPoint& point) {
    if (!all_exist(planned.folders())) {
        point.failure = failure_of(planned.folders(), outcome);
        return {};
    }
    const std::string how = "configured, " + to_string(config.datapath);
    point.metrics.add("datapath__inner__bits", config.datapath.inner_bits.bits(), how);
    point.metrics.add("datapath__outer__bits", config.datapath.outer_bits.bits(), how);
    point.steps = planned.steps;
    for (const auto& [step, folder] : point.steps) {
        MACAW_TRY(Metrics metrics, Metrics::read(folder / "metrics.json"));
        if (step == "quantize") metrics = quantizer_metrics(metrics, to_string(config.quantizer.constraint));
        add_from(step, metrics, point);
    }
    return {};
}

}  // namespace macaw::cli
