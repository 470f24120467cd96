#include "cli/graph/model_steps.hpp"

#include "quantizer/limiting_widths.hpp"
#include "quantizer/llama/checkpoint.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

// Everything of the configuration that quantize may look at: a section that is not known here counts, too.
// Model and text count by their contents.
Json quantize_json(const RunConfig& config) {
    Json json = to_json(config);
    for (const char* key :
         {"name", "model", "calibration", "evaluation", "array", "comparison", "cosim", "synth", "signoff"})
        json.erase(key);
    return json;
}

}  // namespace

Json operand_json(const golden::Datapath& datapath) {
    Json json = golden::to_json(datapath);
    for (const char* key :
         {"inner_bits", "outer_bits", "inner_overflow", "outer_overflow", "products_per_check"})
        json.erase(key);
    return json;
}

Expected<Step> quantize_step(const RunConfig& config, const fs::path& config_file,
                             quantizer::Constraint constraint, std::string title) {
    RunConfig chosen = config;
    chosen.quantizer.constraint = constraint;
    Json parameters = quantize_json(chosen);
    parameters["datapath"] = operand_json(config.datapath);
    MACAW_TRY(quantizer::ModelConfig model, quantizer::config_of_checkpoint(config.model));
    const golden::Datapath widths =
        quantizer::limiting_widths(config.datapath, chosen.quantizer, model.longest_input());
    parameters["datapath"]["inner_bits"] = widths.inner_bits.bits();
    parameters["datapath"]["outer_bits"] = widths.outer_bits.bits();
    std::string word = to_string(constraint);
    return Step{"quantize-" + word,
                std::move(title),
                parameters,
                {config.model, config.calibration.text},
                {},
                {},
                {"quantize", config_file.string(), "--constraint", word},
                {"layers.safetensors", "layers.json", "frame.safetensors"},
                true};
}

Step perplexity_step(const RunConfig& config, const fs::path& config_file, EvaluationPlan plan,
                     std::string title) {
    Step step{"perplexity-" + plan.name,
              std::move(title),
              {{"datapath", std::move(plan.datapath)},
               {"first_window", config.evaluation.first_window},
               {"windows", config.evaluation.windows},
               {"window_tokens", config.evaluation.window_tokens},
               {"arguments", plan.arguments}},
              {config.model, config.evaluation.text},
              {},
              {},
              {"perplexity", config_file.string()}};
    step.model_only = true;
    step.shared_option = "--reuse";
    step.command.insert(step.command.end(), plan.arguments.begin(), plan.arguments.end());
    if (!plan.layers.empty()) {
        step.needs = {plan.layers};
        step.command.insert(step.command.end(), {"--layers", plan.layers.string()});
    }
    return step;
}

EvaluationPlan float_evaluation() {
    return {"float", {}, {}, {"--arithmetic", "float"}};
}

EvaluationPlan quantized_evaluation(const RunConfig& config, const fs::path& layers) {
    return {"quantized", operand_json(config.datapath), layers, {"--arithmetic", "quantized"}};
}

EvaluationPlan datapath_evaluation(const RunConfig& config, const fs::path& layers) {
    return {"datapath", golden::to_json(config.datapath), layers, {"--arithmetic", "datapath"}};
}

}  // namespace macaw::cli
