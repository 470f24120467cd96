// macaw simulate CONFIG --output FOLDER: every layer on the SystemC platform of `platform:`, the array as C++
// model or as Verilated RTL, in the form of `cosim.arithmetic`, against golden and against the formula.
#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/layer_data.hpp"
#include "cli/run_config.hpp"
#include "cli/step.hpp"
#include "golden/support/progress.hpp"
#include "hw/array/generate_array.hpp"
#include "hw/array/write_rtl.hpp"
#include "quantizer/quantization_folder.hpp"
#include "sim/platform/layer_simulation.hpp"
#include "sim/platform/model_cycle_array.hpp"
#include "sim/platform/verilated_cycle_array.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

// The layers to simulate; `model` holds those of a quantized model.
struct Layers {
    golden::QuantizedModel model;
    std::vector<sim::LayerPart> parts;
};

Expected<void> check_codes(const golden::Datapath& model, const golden::Datapath& array,
                           const std::string& folder) {
    if (model.weight_bits == array.weight_bits && model.activation_bits == array.activation_bits &&
        model.weight_signedness == array.weight_signedness &&
        model.activation_signedness == array.activation_signedness && model.tile == array.tile)
        return {};
    return fail(
        Error{ErrorKind::BadInput,
              fmt::format("the layers are for {}, the array for {}", to_string(model), to_string(array)),
              "quantize with the same configuration",
              {folder}});
}

Expected<Layers> read_layers(const SimulateArguments& arguments, const RunConfig& config) {
    const int tokens = config.platform.tokens;
    Layers layers;
    if (arguments.layers.empty()) {
        MACAW_TRY(quantizer::Checkpoint checkpoint, quantizer::load_checkpoint(config.model));
        layers.parts = random_layer_data(checkpoint.config, config.datapath, tokens);
        return layers;
    }
    MACAW_TRY(layers.model, golden::read_quantized_model(arguments.layers));
    MACAW_CHECK(check_codes(layers.model.datapath, config.datapath, arguments.layers));
    MACAW_TRY(quantizer::Checkpoint checkpoint,
              quantizer::load_checkpoint_of(config.model, layers.model, arguments.layers));
    MACAW_TRY(quantizer::Tokenizer tokenizer, quantizer::Tokenizer::load(config.model));
    MACAW_TRY(quantizer::TokenizedText text, quantizer::tokenize_file(tokenizer, config.evaluation.text));
    MACAW_TRY(auto data, real_layer_data(config, checkpoint, text, layers.model, tokens));
    for (const sim::LayerData& layer : data)
        layers.parts.push_back(sim::first_part(layer, tokens, layer.layer->out_features));
    return layers;
}

Expected<std::unique_ptr<sim::CycleArray>> make_array(bool use_rtl, const RunConfig& config,
                                                      const fs::path& work_folder) {
    MACAW_TRY(rtl::Design design, hw::generate_array(config.datapath, config.array));
    if (!use_rtl) return sim::make_model_cycle_array(design);
    const fs::path rtl_folder = work_folder / "rtl";
    std::error_code problem;
    fs::create_directories(rtl_folder, problem);
    if (problem) return fail(Error{ErrorKind::System, problem.message(), {}, {rtl_folder.string()}});
    MACAW_CHECK(hw::write_rtl(rtl_folder, design, config.datapath, config.array, "macaw simulate"));
    MACAW_TRY(sim::SimulatorProgram library, sim::build_array_library(rtl_folder, work_folder / "library"));
    return sim::load_verilated_cycle_array(library);
}

Expected<std::vector<sim::PlatformLayer>> simulate_layers(sim::CycleArray& array, const Layers& layers,
                                                          const RunConfig& config) {
    std::int64_t kilo_macs = 0;
    for (const sim::LayerPart& part : layers.parts) kilo_macs += part.data.macs() / 1000;
    Progress progress("simulation (thousand MACs)", kilo_macs);
    std::vector<sim::PlatformLayer> results;
    for (const sim::LayerPart& part : layers.parts) {
        MACAW_TRY(sim::PlatformLayer layer,
                  sim::simulate_layer(array, part.data, config.datapath, config.array, config.platform));
        MACAW_CHECK(layer.verdict());
        results.push_back(std::move(layer));
        progress.advance(part.data.macs() / 1000);
    }
    return results;
}

Json metrics_json(const Metrics& metrics) {
    Json json = Json::object();
    for (const Metric& metric : metrics.all()) json[metric.key] = metric.value;
    return json;
}

Expected<void> simulate(const SimulateArguments& arguments, const RunConfig& config) {
    const bool use_rtl = arguments.array == "rtl";
    std::vector<fs::path> inputs = {config.model};
    if (!arguments.layers.empty()) inputs.insert(inputs.end(), {config.evaluation.text, arguments.layers});
    MACAW_TRY(StepFolder step, StepFolder::begin("simulate", arguments.output, inputs,
                                                 use_rtl ? std::vector<std::string>{"verilator", "g++"}
                                                         : std::vector<std::string>{}));
    const fs::path work = step.path() / "work";
    MACAW_TRY(Layers layers, read_layers(arguments, config));
    MACAW_TRY(std::unique_ptr<sim::CycleArray> array, make_array(use_rtl, config, work));
    MACAW_TRY(std::vector<sim::PlatformLayer> results, simulate_layers(*array, layers, config));
    const std::string what = fmt::format(
        "{} layers, {} tokens, {}; {}, {}; {}; array: {}", results.size(), config.platform.tokens,
        arguments.layers.empty() ? "random codes" : "real activations", to_string(config.array),
        to_string(config.datapath), to_string(config.platform), use_rtl ? "Verilated RTL" : "C++ model");
    const Metrics metrics = sim::platform_metrics(results, what);
    MACAW_CHECK(sim::platform_table(results).write(step.path() / "layers.csv"));
    std::error_code ignored;
    fs::remove_all(work, ignored);  // the built library: large, and made again in a minute
    MACAW_CHECK(step.finish(metrics));
    if (arguments.json)
        std::cout << metrics_json(metrics).dump(2) << "\n";
    else
        std::cout << what << "\n" << sim::platform_summary(results);
    return {};
}

}  // namespace

Outcome run_command(const SimulateArguments& arguments) {
    auto config = read_run_config(arguments.config, ConfigScope::Simulation);
    if (!config) return tl::unexpected(config.error());
    if (auto simulated = config->simulated_array()) config->array = *simulated;
    return as_outcome(simulate(arguments, *config));
}

}  // namespace macaw::cli
