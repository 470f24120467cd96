// macaw perplexity CONFIG --output FOLDER --arithmetic float|quantized|datapath [--layers LAYERS]
// [--inner-bits P]
// [--overflow MODE]: one evaluation. With --gather FOLDER...: the tables of several.
#include "quantizer/llama/perplexity.hpp"

#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/evaluated_model.hpp"
#include "cli/evaluation_reuse.hpp"
#include "cli/run_config.hpp"
#include "cli/step.hpp"
#include "reports/tables/quality_tables.hpp"

namespace macaw::cli {

namespace {

using reports::EvaluatedArithmetic;
using reports::Evaluation;

Expected<golden::Datapath> datapath_of(const PerplexityArguments& arguments, const RunConfig& config) {
    golden::Datapath datapath = config.datapath;
    if (arguments.inner_bits != 0) {
        MACAW_TRY(datapath.inner_bits, golden::BitWidth::make(arguments.inner_bits));
    }
    if (arguments.overflow == "wrap")
        datapath.inner_overflow = datapath.outer_overflow = golden::OverflowMode::Wrap;
    if (arguments.overflow == "saturate")
        datapath.inner_overflow = datapath.outer_overflow = golden::OverflowMode::Saturate;
    for (const golden::DatapathProblem& problem : golden::validate(datapath))
        return fail(Error{ErrorKind::BadInput, problem.field + ": " + problem.message, problem.hint, {}});
    return datapath;
}

// The figures of `evaluation`.
Expected<void> measure(EvaluatedModel& model, const RunConfig& config, Evaluation& evaluation) {
    MACAW_TRY(quantizer::Tokenizer tokenizer, quantizer::Tokenizer::load(config.model));
    MACAW_TRY(auto text, quantizer::tokenize_file(tokenizer, config.evaluation.text));
    quantizer::PerplexityOptions options;
    options.window = config.evaluation.window_tokens;
    options.first_window = config.evaluation.first_window;
    options.windows = config.evaluation.windows;
    MACAW_TRY(auto perplexity,
              quantizer::measure_perplexity(model.checkpoint(), model.layers(), text, options));
    evaluation.overflows = model.overflows();
    evaluation.perplexity = perplexity.perplexity;
    evaluation.standard_error = perplexity.standard_error;
    evaluation.first_window = options.first_window;
    evaluation.windows = perplexity.windows;
    evaluation.window_tokens = options.window;
    evaluation.text = fmt::format("{} (sha256 {})", text.file, text.sha256.substr(0, 12));
    return {};
}

Expected<void> evaluate(const PerplexityArguments& arguments, const RunConfig& config) {
    std::vector<std::filesystem::path> inputs = {config.model, config.evaluation.text};
    if (!arguments.layers.empty()) inputs.emplace_back(arguments.layers);
    Evaluation evaluation;
    evaluation.arithmetic = arguments.arithmetic;
    MACAW_TRY(evaluation.datapath, datapath_of(arguments, config));
    MACAW_TRY(StepFolder step, StepFolder::begin("perplexity", arguments.output, inputs));
    MACAW_TRY(auto model, EvaluatedModel::load(config.model, arguments.arithmetic, arguments.layers,
                                               evaluation.datapath));
    evaluation.constraint = model->constraint();
    if (arguments.reuse.empty()) {
        MACAW_CHECK(measure(*model, config, evaluation));
    } else {
        MACAW_TRY(auto reuse, EvaluationReuse::open(arguments.reuse, config, arguments.layers, evaluation));
        if (auto known = reuse.find()) {
            evaluation = *known;
            step.record("equal_evaluation", reuse.file().string());
        } else {
            MACAW_CHECK(measure(*model, config, evaluation));
            MACAW_CHECK(reuse.keep(evaluation));
        }
    }
    MACAW_CHECK(reports::write_evaluation(step.path() / "evaluation.json", evaluation));
    MACAW_CHECK(step.finish(reports::quality_metrics({evaluation})));
    if (arguments.json) {
        MACAW_TRY(Json json, read_json(std::filesystem::path(arguments.output) / "evaluation.json"));
        std::cout << json.dump(2) << "\n";
        return {};
    }
    std::cout << fmt::format("perplexity {:.3f} +- {:.3f} ({} windows of {} tokens)\n", evaluation.perplexity,
                             evaluation.standard_error, evaluation.windows, evaluation.window_tokens);
    return {};
}

Expected<void> gather(const PerplexityArguments& arguments) {
    std::vector<std::filesystem::path> inputs(arguments.gather.begin(), arguments.gather.end());
    MACAW_TRY(StepFolder step, StepFolder::begin("perplexity", arguments.output, inputs));
    std::vector<Evaluation> evaluations;
    for (const std::filesystem::path& folder : inputs) {
        MACAW_TRY(Evaluation evaluation, reports::read_evaluation(folder / "evaluation.json"));
        evaluations.push_back(std::move(evaluation));
    }
    MACAW_CHECK(reports::luck_table(evaluations).write(step.path() / "luck.csv"));
    return step.finish(reports::quality_metrics(evaluations));
}

}  // namespace

Outcome run_command(const PerplexityArguments& arguments) {
    auto config = read_run_config(arguments.config);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(arguments.gather.empty() ? evaluate(arguments, *config) : gather(arguments));
}

}  // namespace macaw::cli
