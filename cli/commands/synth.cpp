// macaw synth CONFIG --output FOLDER --rtl FOLDER [--stimulus FOLDER]: area, least period, power of the
// array; area and least period of its trap twin and, where FOLDER has interface/, of the array behind it.
#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/layer_choice.hpp"
#include "cli/run_config.hpp"
#include "cli/step.hpp"
#include "reports/silicon/silicon.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

Expected<void> synth(const SynthArguments& arguments, const RunConfig& config) {
    reports::SiliconInputs inputs;
    inputs.rtl = fs::path(arguments.rtl) / "rtl";
    if (config.synth.trap_twin) inputs.trap_rtl = fs::path(arguments.rtl) / "trap";
    const fs::path interface = fs::path(arguments.rtl) / "interface";  // where the configuration wants one
    if (fs::exists(interface)) inputs.interface_rtl = interface;
    std::vector<fs::path> hashed = {arguments.rtl};
    if (!arguments.stimulus.empty()) {
        inputs.stimulus = fs::path(arguments.stimulus) / sim::kStimulusFile;
        hashed.push_back(*inputs.stimulus);
    }
    MACAW_TRY(StepFolder step,
              StepFolder::begin("synth", arguments.output, hashed, {"yosys", "berkeley-abc", "sta"}));
    step.record("synth", reports::to_json(config.synth));
    MACAW_TRY(reports::SiliconResult result, reports::run_silicon(config.synth, inputs, step.path()));
    if (inputs.stimulus) {
        std::vector<std::string> layers;
        for (const reports::LayerEnergy& layer : result.layers) layers.push_back(layer.layer);
        MACAW_CHECK(check_stimulus_layers(config, layers, *inputs.stimulus));
    }
    MACAW_CHECK(step.finish(result.metrics));
    for (const char* key :
         {"synth__area__um2", "timing__period__min_ns", "synth__area__wrapped__um2",
          "timing__period__wrapped__min_ns", "synth__area__interface__um2", "power__total__mw"})
        if (const Metric* metric = result.metrics.find(key)) std::cout << key << " " << metric->value << "\n";
    return {};
}

}  // namespace

Outcome run_command(const SynthArguments& arguments) {
    auto config = read_run_config(arguments.config, ConfigScope::Hardware);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(synth(arguments, *config));
}

}  // namespace macaw::cli
