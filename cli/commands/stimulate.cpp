// macaw stimulate CONFIG --output FOLDER [--layers FOLDER]: what the array's ports see when it runs the
// layers on the evaluation text; of random codes in the checkpoint's shapes without layers.
#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/layer_choice.hpp"
#include "cli/layer_data.hpp"
#include "cli/run_config.hpp"
#include "cli/step.hpp"
#include "quantizer/quantization_folder.hpp"
#include "sim/stimulus_statistics.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

sim::Stimulus stimulus_of(const RunConfig& config, const std::vector<const sim::LayerData*>& layers) {
    sim::Stimulus stimulus{config.datapath, config.array, {}};
    for (const sim::LayerData* data : layers)
        stimulus.layers.push_back(sim::make_stimulus(*data, config.datapath, config.array));
    return stimulus;
}

Expected<sim::Stimulus> real_stimulus(const RunConfig& config, const fs::path& layers) {
    MACAW_TRY(golden::QuantizedModel model, golden::read_quantized_model(layers));
    MACAW_TRY(quantizer::Tokenizer tokenizer, quantizer::Tokenizer::load(config.model));
    MACAW_TRY(quantizer::TokenizedText text, quantizer::tokenize_file(tokenizer, config.evaluation.text));
    MACAW_TRY(quantizer::Checkpoint checkpoint, quantizer::load_checkpoint_of(config.model, model, layers));
    MACAW_TRY(auto data, real_layer_data(config, checkpoint, text, model, config.cosim.tokens));
    std::vector<const sim::LayerData*> chosen;
    for (const sim::LayerData& layer : data)
        if (is_chosen(config, layer.layer->name)) chosen.push_back(&layer);
    return stimulus_of(config, chosen);
}

Expected<sim::Stimulus> random_stimulus(const RunConfig& config) {
    MACAW_TRY(quantizer::Checkpoint checkpoint, quantizer::load_checkpoint(config.model));
    std::vector<sim::LayerPart> parts =
        random_layer_data(checkpoint.config, config.datapath, config.cosim.tokens);
    std::vector<const sim::LayerData*> chosen;
    for (const sim::LayerPart& part : parts)
        if (is_chosen(config, part.layer->name)) chosen.push_back(&part.data);
    return stimulus_of(config, chosen);
}

Expected<void> stimulate(const StimulateArguments& arguments, const RunConfig& config) {
    std::vector<fs::path> inputs = {config.model};
    if (!arguments.layers.empty()) {
        inputs.push_back(config.evaluation.text);
        inputs.emplace_back(arguments.layers);
    }
    MACAW_CHECK(check_chosen_layers(config, fs::path(arguments.config)));
    MACAW_TRY(StepFolder step, StepFolder::begin("stimulate", arguments.output, inputs));
    step.record("operands", arguments.layers.empty() ? "random codes in the checkpoint's shapes"
                                                     : "layers of macaw quantize on the evaluation text");
    MACAW_TRY(sim::Stimulus stimulus,
              arguments.layers.empty() ? random_stimulus(config) : real_stimulus(config, arguments.layers));
    MACAW_CHECK(sim::write_stimulus(step.path() / sim::kStimulusFile, stimulus));
    const Metrics metrics = sim::stimulus_metrics(stimulus);
    MACAW_CHECK(step.finish(metrics));
    for (const Metric& metric : metrics.all()) std::cout << metric.key << " " << metric.value << "\n";
    return {};
}

}  // namespace

Outcome run_command(const StimulateArguments& arguments) {
    auto config = read_run_config(arguments.config);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(stimulate(arguments, *config));
}

}  // namespace macaw::cli
