#include "cli/graph/plan.hpp"

#include "cli/graph/hardware_steps.hpp"
#include "cli/graph/model_steps.hpp"
#include "cli/layer_choice.hpp"
#include "cli/synthesisable.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

constexpr int kSteps = 8;

std::string title_of(int number, const std::string& what) {
    return fmt::format("Running step {}/{}: {}", number, kSteps, what);
}

class Planner {
  public:
    Planner(StepGraph& graph, const RunConfig& config, const fs::path& config_file)
        : graph_(graph), config_(config), config_file_(config_file) {}

    Expected<PlannedRun> plan() {
        MACAW_CHECK(require_synthesisable(config_, config_file_));  // before hours of quantizing
        MACAW_CHECK(check_chosen_layers(config_, config_file_));
        MACAW_TRY(fs::path constrained, quantize(config_.quantizer.constraint));
        MACAW_TRY(fs::path unconstrained, quantize(quantizer::Constraint::None));
        MACAW_TRY(fs::path bound, this->bound(constrained, unconstrained));
        MACAW_TRY(fs::path perplexity, this->perplexity(constrained, unconstrained));
        MACAW_TRY(fs::path generate, this->generate());
        MACAW_TRY(std::optional<fs::path> equivalence, this->equivalence());
        MACAW_TRY(fs::path cosim, this->cosim(constrained, unconstrained, bound, generate));
        MACAW_TRY(std::optional<fs::path> signoff, this->signoff(constrained));
        MACAW_TRY(fs::path stimulus, add(stimulate_step(config_, config_file_, constrained,
                                                        title_of(6, "stimulus of the array's ports"))));
        MACAW_TRY(fs::path synth, this->synth(generate, stimulus));
        PlannedRun run;
        run.steps = {{"quantize", "Quantized layers", constrained},
                     {"bound", "Overflow certificate", bound},
                     {"perplexity", "Model quality", perplexity},
                     {"generate", "Generated SystemVerilog", generate}};
        if (equivalence)
            run.steps.push_back(
                {"equivalence", "Equivalence of simulated and synthesised form", *equivalence});
        run.steps.push_back({"cosim", "Co-simulation", cosim});
        if (signoff) run.steps.push_back({"verify", "Sign-off and coverage", *signoff});
        run.steps.push_back({"stimulate", "Stimulus of the array's ports", stimulus});
        run.steps.push_back({"synth", "Area, timing and power", synth});
        MACAW_TRY(run.report, report(run.steps));
        run.folders = folders_;
        return run;
    }

  private:
    Expected<fs::path> add(const Step& step) {
        MACAW_TRY(fs::path folder, graph_.add(step));
        folders_.push_back(folder);
        return folder;
    }

    std::string text(const fs::path& path) const { return path.string(); }

    Expected<fs::path> quantize(quantizer::Constraint constraint) {
        bool free = constraint == quantizer::Constraint::None;
        MACAW_TRY(Step step, quantize_step(config_, config_file_, constraint,
                                           title_of(1, free ? "quantize without constraint (for comparison)"
                                                            : "quantize with " + to_string(constraint))));
        return add(step);
    }

    Expected<fs::path> bound(const fs::path& constrained, const fs::path& unconstrained) {
        return add({"bound",
                    title_of(2, "bound"),
                    {{"datapath", golden::to_json(config_.datapath)}},
                    {},
                    {constrained, unconstrained},
                    {},
                    {"bound", text(constrained), "--config", text(config_file_), "--unconstrained",
                     text(unconstrained)}});
    }

    Expected<fs::path> perplexity(const fs::path& constrained, const fs::path& unconstrained) {
        std::vector<fs::path> parts;
        auto evaluate = [&](EvaluationPlan plan, const std::string& what) -> Expected<void> {
            MACAW_TRY(fs::path folder, add(perplexity_step(config_, config_file_, std::move(plan),
                                                           title_of(3, "perplexity, " + what))));
            parts.push_back(folder);
            return {};
        };
        MACAW_CHECK(evaluate(float_evaluation(), "float32"));
        MACAW_CHECK(evaluate(quantized_evaluation(config_, constrained), "quantized, in float"));
        MACAW_CHECK(evaluate(datapath_evaluation(config_, constrained), "integer datapath"));
        for (int bits : config_.comparison.inner_bits) {
            for (const char* mode : {"wrap", "saturate"}) {
                EvaluationPlan plan = datapath_evaluation(config_, unconstrained);
                plan.name = fmt::format("none-{}-p{}", mode, bits);
                plan.arguments.insert(plan.arguments.end(),
                                      {"--inner-bits", std::to_string(bits), "--overflow", mode});
                MACAW_CHECK(evaluate(plan, fmt::format("unconstrained layers, {} at {} bits", mode, bits)));
            }
        }
        Step gather{"perplexity", title_of(3, "perplexity, table"),  {}, {}, parts,
                    {},           {"perplexity", text(config_file_)}};
        for (const fs::path& part : parts)
            gather.command.insert(gather.command.end(), {"--gather", text(part)});
        return add(gather);
    }

    Expected<fs::path> generate() {
        return add(generate_step(config_, config_file_, title_of(4, "generate")));
    }

    // Of the form that is simulated and the one that is synthesised, where these are two.
    Expected<std::optional<fs::path>> equivalence() {
        if (!config_.simulated_array()) return std::nullopt;
        MACAW_TRY(fs::path folder,
                  add({"equivalence",
                       title_of(4, "prove that the simulated form equals the synthesised one"),
                       {{"datapath", golden::to_json(config_.datapath)},
                        {"array", hw::to_json(config_.array)},
                        {"simulated", hw::to_json(*config_.simulated_array())}},
                       {},
                       {},
                       {"yosys", "z3"},
                       {"prove", text(config_file_), "--equivalence"}}));
        return folder;
    }

    Expected<fs::path> cosim(const fs::path& constrained, const fs::path& unconstrained,
                             const fs::path& bound, const fs::path& generate) {
        const Json whole = to_json(config_);
        return add({"cosim",
                    title_of(5, "co-simulate"),
                    {{"cosim", whole["cosim"]}, {"window_tokens", config_.evaluation.window_tokens}},
                    {config_.model, config_.evaluation.text},
                    {constrained, unconstrained, bound, generate},
                    {"verilator", "g++"},
                    {"cosim", text(config_file_), "--layers", text(constrained), "--unconstrained",
                     text(unconstrained), "--bound", text(bound), "--rtl", text(generate)}});
    }

    // Where the configuration asks for it.
    Expected<std::optional<fs::path>> signoff(const fs::path& layers) {
        if (!config_.signoff) return std::nullopt;
        MACAW_TRY(Step step, signoff_step(config_, config_file_, layers, title_of(5, "sign the array off")));
        MACAW_TRY(fs::path folder, add(step));
        return folder;
    }

    Expected<fs::path> synth(const fs::path& generate, const fs::path& stimulus) {
        MACAW_TRY(Step step,
                  synth_step(config_, config_file_, generate, stimulus, title_of(7, "synthesise")));
        return add(step);
    }

    Expected<fs::path> report(const std::vector<PlannedStep>& steps) {
        Step step{"report", title_of(8, "report"), {{"config", to_json(config_)}}, {},
                  {},       {"gnuplot"},           {"report", text(config_file_)}};
        for (const PlannedStep& planned : steps) {
            step.needs.push_back(planned.folder);
            step.command.insert(step.command.end(), {"--step", planned.title + "=" + text(planned.folder)});
        }
        return add(step);
    }

    StepGraph& graph_;
    const RunConfig& config_;
    fs::path config_file_;
    std::vector<fs::path> folders_;
};

}  // namespace

Expected<PlannedRun> plan_run(StepGraph& graph, const RunConfig& config, const fs::path& config_file) {
    return Planner(graph, config, config_file).plan();
}

}  // namespace macaw::cli
