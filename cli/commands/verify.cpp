// macaw verify CONFIG --output FOLDER: the sign-off table of an array.
#include "reports/signoff/verify.hpp"

#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/layer_data.hpp"
#include "cli/run_config.hpp"
#include "cli/step.hpp"
#include "golden/support/process.hpp"
#include "quantizer/quantization_folder.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

// Of every layer the first dot products that fill the array once, with real codes and activations.
Expected<std::vector<sim::SignoffJob>> real_layers(const VerifyArguments& arguments,
                                                   const RunConfig& config) {
    std::vector<sim::SignoffJob> jobs;
    if (arguments.layers.empty()) return jobs;
    MACAW_TRY(golden::QuantizedModel model, golden::read_quantized_model(arguments.layers));
    if (model.datapath.weight_bits != config.datapath.weight_bits ||
        model.datapath.activation_bits != config.datapath.activation_bits ||
        model.datapath.weight_signedness != config.datapath.weight_signedness ||
        model.datapath.activation_signedness != config.datapath.activation_signedness)
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("the layers are for {}, the array for {}", to_string(model.datapath),
                                      to_string(config.datapath)),
                          {},
                          {arguments.layers}});
    MACAW_TRY(quantizer::Tokenizer tokenizer, quantizer::Tokenizer::load(config.model));
    MACAW_TRY(quantizer::TokenizedText text, quantizer::tokenize_file(tokenizer, config.evaluation.text));
    MACAW_TRY(quantizer::Checkpoint checkpoint,
              quantizer::load_checkpoint_of(config.model, model, arguments.layers));
    MACAW_TRY(std::vector<sim::LayerData> layers,
              real_layer_data(config, checkpoint, text, model, config.cosim.tokens));
    sim::SignoffJob job{"real layers", {}, {7, 30, 30}, 0, 0};
    for (const sim::LayerData& layer : layers) {
        if (layer.tokens < config.array.rows || layer.layer->out_features < config.array.columns) continue;
        sim::LayerPart part = sim::first_part(layer, config.array.rows, config.array.columns);
        job.groups.push_back({layer.layer->in_features, part.data.activations, part.layer->codes});
    }
    if (!job.groups.empty()) jobs.push_back(std::move(job));
    return jobs;
}

Expected<void> verify(const VerifyArguments& arguments, const RunConfig& config) {
    if (!arguments.layers.empty() && config.model.empty())
        return fail(Error{ErrorKind::BadInput,
                          "--layers needs a configuration with model and evaluation text",
                          "give the configuration that the layers were quantized with",
                          {arguments.config}});
    std::vector<fs::path> hashed;
    if (!arguments.layers.empty()) hashed = {arguments.layers, config.model, config.evaluation.text};
    std::vector<std::string> tools = {"verilator", "iverilog",
                                      "yosys"};  // without one its checks are skipped
    std::erase_if(tools, [](const std::string& tool) { return !find_program(tool); });
    MACAW_TRY(StepFolder step, StepFolder::begin("verify", arguments.output, hashed, tools));
    reports::VerifyInput input;
    input.name = config.name;
    input.datapath = config.datapath;
    input.array = config.array;
    input.interface = config.interface;
    input.synth = config.synth;
    MACAW_TRY(input.layers, real_layers(arguments, config));
    reports::VerifyOptions options;
    options.command_line = "macaw verify";
    options.netlist = !arguments.no_netlist;
    options.proofs = arguments.proofs;
    options.mutants = arguments.mutants;
    options.simulation.campaign = {arguments.first_seed, arguments.seeds, arguments.groups};
    step.record("verify", {{"first_seed", arguments.first_seed},
                           {"seeds", arguments.seeds},
                           {"groups_per_seed", arguments.groups},
                           {"datapath", golden::to_json(config.datapath)},
                           {"array", hw::to_json(config.array)}});
    MACAW_TRY(reports::Signoff signoff, reports::run_verify(input, options, step.path()));
    std::error_code ignored;
    fs::remove_all(step.path() / "work", ignored);  // built simulators: large
    std::cout << (arguments.json ? reports::to_json(signoff).dump(2) + "\n" : reports::to_text(signoff));
    auto verdict = signoff.verdict();
    if (!verdict && arguments.must_pass) return fail(step.keep_evidence(std::move(verdict).error()));
    MACAW_CHECK(step.finish(signoff.metrics));
    return verdict;
}

}  // namespace

Outcome run_command(const VerifyArguments& arguments) {
    auto config = read_run_config(arguments.config, ConfigScope::Hardware);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(verify(arguments, *config));
}

}  // namespace macaw::cli
