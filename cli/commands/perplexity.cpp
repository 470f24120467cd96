// macaw perplexity CONFIG --output FOLDER --arithmetic float|quantized|datapath [--layers LAYERS]
// [--inner-bits P]
// [--overflow MODE]: one evaluation. With --gather FOLDER...: the tables of several.
#include "quantizer/llama/perplexity.hpp"

#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/run_config.hpp"
#include "cli/step.hpp"
#include "quantizer/quantization_folder.hpp"
#include "quantizer/quantized_linear.hpp"
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

struct Subject {
    quantizer::Checkpoint checkpoint;
    quantizer::TokenizedText text;
    quantizer::PerplexityOptions options;
};

Expected<quantizer::Perplexity> measure(const Subject& subject, const golden::QuantizedModel& model,
                                        Evaluation& evaluation) {
    auto perplexity = [&](quantizer::LinearLayers& layers) {
        return quantizer::measure_perplexity(subject.checkpoint, layers, subject.text, subject.options);
    };
    if (evaluation.arithmetic == EvaluatedArithmetic::Float) {
        quantizer::FloatLinear layers(subject.checkpoint);
        return perplexity(layers);
    }
    if (evaluation.arithmetic == EvaluatedArithmetic::Quantized) {
        MACAW_TRY(auto layers, quantizer::FakeQuantizedLinear::create(model, subject.checkpoint.config));
        return perplexity(layers);
    }
    MACAW_TRY(auto layers,
              quantizer::IntegerLinear::create(model, subject.checkpoint.config, evaluation.datapath));
    auto result = perplexity(*layers);
    evaluation.overflows = layers->total_overflows();
    return result;
}

Expected<void> evaluate(const PerplexityArguments& arguments, const RunConfig& config) {
    std::vector<std::filesystem::path> inputs = {config.model, config.evaluation.text};
    golden::QuantizedModel model;
    Evaluation evaluation;
    evaluation.arithmetic = arguments.arithmetic;
    if (arguments.arithmetic != EvaluatedArithmetic::Float) {
        if (arguments.layers.empty())
            return fail(Error{
                ErrorKind::BadInput, "--layers is missing", "the folder written by macaw quantize", {}});
        inputs.emplace_back(arguments.layers);
        MACAW_TRY(model, golden::read_quantized_model(arguments.layers));
        MACAW_TRY(evaluation.constraint,
                  json_member<std::string>(model.provenance, "constraint", arguments.layers));
    }
    MACAW_TRY(evaluation.datapath, datapath_of(arguments, config));
    MACAW_TRY(StepFolder step, StepFolder::begin("perplexity", arguments.output, inputs));
    MACAW_TRY(quantizer::Tokenizer tokenizer, quantizer::Tokenizer::load(config.model));
    Subject subject;
    MACAW_TRY(subject.text, quantizer::tokenize_file(tokenizer, config.evaluation.text));
    if (arguments.arithmetic == EvaluatedArithmetic::Float) {
        MACAW_TRY(subject.checkpoint, quantizer::load_checkpoint(config.model));
    } else {
        MACAW_TRY(subject.checkpoint, quantizer::load_checkpoint_of(config.model, model, arguments.layers));
    }
    subject.options.window = config.evaluation.window_tokens;
    subject.options.first_window = config.evaluation.first_window;
    subject.options.windows = config.evaluation.windows;
    MACAW_TRY(quantizer::Perplexity perplexity, measure(subject, model, evaluation));
    evaluation.perplexity = perplexity.perplexity;
    evaluation.standard_error = perplexity.standard_error;
    evaluation.first_window = subject.options.first_window;
    evaluation.windows = perplexity.windows;
    evaluation.window_tokens = subject.options.window;
    evaluation.text = fmt::format("{} (sha256 {})", subject.text.file, subject.text.sha256.substr(0, 12));
    MACAW_CHECK(reports::write_evaluation(step.path() / "evaluation.json", evaluation));
    MACAW_CHECK(step.finish(reports::quality_metrics({evaluation})));
    if (arguments.json) {
        MACAW_TRY(Json json, read_json(std::filesystem::path(arguments.output) / "evaluation.json"));
        std::cout << json.dump(2) << "\n";
        return {};
    }
    std::cout << fmt::format("perplexity {:.3f} +- {:.3f} ({} windows of {} tokens)\n", perplexity.perplexity,
                             perplexity.standard_error, perplexity.windows, subject.options.window);
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
