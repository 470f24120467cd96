#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/layer_data.hpp"
#include "cli/run_config.hpp"
#include "cli/step.hpp"
#include "golden/certificate.hpp"
#include "quantizer/quantization_folder.hpp"
#include "sim/cosimulation_step.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

// A part of every layer: enough outputs to overflow in thousands, few enough for the C++ model, which is
// slow.
constexpr std::int64_t kControlTokens = 8;
constexpr std::int64_t kControlChannels = 32;

std::vector<sim::LayerPart> control_parts(const std::vector<sim::LayerData>& layers) {
    std::vector<sim::LayerPart> parts;
    for (const sim::LayerData& layer : layers)
        parts.push_back(sim::first_part(layer, kControlTokens, kControlChannels));
    return parts;
}

// The certificate is read, and then made again from the codes: only an equal one is used.
Expected<golden::Certificate> checked_certificate(const fs::path& folder, golden::QuantizedModel& model) {
    fs::path file = folder / "certificate.json";
    MACAW_TRY(golden::Certificate certificate, golden::read_certificate(file));
    // It may be for other accumulators than the quantizer worked for.
    model.datapath.inner_bits = certificate.datapath.inner_bits;
    model.datapath.outer_bits = certificate.datapath.outer_bits;
    model.datapath.inner_overflow = certificate.datapath.inner_overflow;
    model.datapath.outer_overflow = certificate.datapath.outer_overflow;
    model.datapath.products_per_check = certificate.datapath.products_per_check;
    MACAW_CHECK(golden::check_certificate(certificate, model, file));
    return certificate;
}

Expected<void> cosimulate(const CosimArguments& arguments, const RunConfig& config) {
    MACAW_TRY(
        StepFolder step,
        StepFolder::begin("cosim", arguments.output,
                          {config.model, config.evaluation.text, arguments.layers, arguments.unconstrained,
                           fs::path(arguments.bound) / "certificate.json", arguments.rtl},
                          {"verilator", "g++"}));
    MACAW_TRY(golden::QuantizedModel model, golden::read_quantized_model(arguments.layers));
    MACAW_TRY(golden::QuantizedModel unconstrained, golden::read_quantized_model(arguments.unconstrained));
    MACAW_TRY(golden::Certificate certificate, checked_certificate(arguments.bound, model));
    MACAW_TRY(quantizer::Tokenizer tokenizer, quantizer::Tokenizer::load(config.model));
    MACAW_TRY(quantizer::TokenizedText text, quantizer::tokenize_file(tokenizer, config.evaluation.text));
    MACAW_TRY(quantizer::Checkpoint checkpoint,
              quantizer::load_checkpoint_of(config.model, model, arguments.layers));
    MACAW_TRY(quantizer::Checkpoint unconstrained_checkpoint,
              quantizer::load_checkpoint_of(config.model, unconstrained, arguments.unconstrained));
    sim::CosimulationInput input;
    input.model = &model;
    input.certificate = &certificate;
    MACAW_TRY(input.layers, real_layer_data(config, checkpoint, text, model, config.cosim.tokens));
    MACAW_TRY(auto unconstrained_layers,
              real_layer_data(config, unconstrained_checkpoint, text, unconstrained, config.cosim.tokens));
    std::vector<sim::LayerPart> parts = control_parts(unconstrained_layers);
    for (const sim::LayerPart& part : parts) input.unconstrained.push_back(part.data);
    sim::CosimulationOptions options;
    options.rtl_folder = fs::path(arguments.rtl) / (config.simulated_array() ? "simulated" : "rtl");
    options.work_folder = step.path() / "work";
    options.command_line = "macaw cosim";
    options.negative_inner_bits.clear();
    for (int bits : config.cosim.overflowing_inner_bits) options.negative_inner_bits.emplace_back(bits);
    MACAW_TRY(sim::CosimulationResult result, sim::run_cosimulation(options, input, step.path()));
    MACAW_CHECK(result.verdict());
    std::error_code ignored;
    fs::remove_all(options.work_folder, ignored);  // built simulators: large, and made again in a minute
    MACAW_CHECK(step.finish(result.metrics));
    for (const char* key : {"cosim__outputs__count", "cosim__mismatches__count", "cosim__overflows__count"})
        if (const Metric* metric = result.metrics.find(key)) std::cout << key << " " << metric->value << "\n";
    return {};
}

}  // namespace

Outcome run_command(const CosimArguments& arguments) {
    auto config = read_run_config(arguments.config);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(cosimulate(arguments, *config));
}

}  // namespace macaw::cli
