// The steps that quantize a model and measure its quality, as runs and quality sweeps plan them alike, so
// that both find the same folders.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/graph/step_graph.hpp"
#include "cli/run_config.hpp"

namespace macaw::cli {

// The part of the datapath that decides codes without a constraint, and all that float evaluations and the
// array's input ports look at.
Json operand_json(const golden::Datapath& datapath);

// `config_file`: the complete configuration (to_json(config)) that the step's command will read. Widths
// that limit no code (limiting_widths) share one folder; without a constraint all do. Errors: the
// checkpoint's configuration cannot be read.
Expected<Step> quantize_step(const RunConfig& config, const std::filesystem::path& config_file,
                             quantizer::Constraint constraint, std::string title);

// What the linear layers of an evaluation are made of.
struct EvaluationPlan {
    std::string name;                    // "datapath": behind "perplexity-" in the folder's name
    Json datapath;                       // as far as it has influence
    std::filesystem::path layers;        // empty for the float model
    std::vector<std::string> arguments;  // of macaw perplexity: --arithmetic and others
};
Step perplexity_step(const RunConfig& config, const std::filesystem::path& config_file, EvaluationPlan plan,
                     std::string title);

// The float model; the layers as dequantized codes; the layers in the bit-exact datapath as configured.
EvaluationPlan float_evaluation();
EvaluationPlan quantized_evaluation(const RunConfig& config, const std::filesystem::path& layers);
EvaluationPlan datapath_evaluation(const RunConfig& config, const std::filesystem::path& layers);

}  // namespace macaw::cli
