#include "cli/graph/hardware_steps.hpp"

#include "cli/graph/model_steps.hpp"
#include "reports/silicon/library.hpp"
#include "sim/stimulus.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

Step generate_step(const RunConfig& config, const fs::path& config_file, std::string title) {
    Json parameters = {{"datapath", golden::to_json(config.datapath)},
                       {"array", hw::to_json(config.array)},
                       {"interface", hw::to_json(config.interface)}};
    if (auto simulated = config.simulated_array()) parameters["simulated"] = hw::to_json(*simulated);
    return {"generate", std::move(title), parameters, {}, {}, {}, {"generate", config_file.string()}};
}

Step stimulate_step(const RunConfig& config, const fs::path& config_file, const fs::path& layers,
                    std::string title) {
    // Behind codes that may overflow, activations depend on what the accumulators make of the sums.
    const bool exact = layers.empty() || quantizer::guarantees(config.quantizer.constraint);
    const Json array = hw::to_json(config.array);
    Json shape = Json::object();
    for (const char* key : {"dataflow", "rows", "columns", "lanes"}) shape[key] = array.at(key);
    Step step{"stimulate",
              std::move(title),
              {{"datapath", exact ? operand_json(config.datapath) : golden::to_json(config.datapath)},
               {"array", shape},
               {"tokens", config.cosim.tokens},
               {"window_tokens", config.evaluation.window_tokens}},
              {config.model},
              {},
              {},
              {"stimulate", config_file.string()},
              {sim::kStimulusFile}};
    if (layers.empty()) return step;
    step.files.push_back(config.evaluation.text);
    step.needs = {layers};
    step.command.insert(step.command.end(), {"--layers", layers.string()});
    return step;
}

Expected<Step> synth_step(const RunConfig& config, const fs::path& config_file, const fs::path& rtl,
                          const fs::path& stimulus, std::string title) {
    std::vector<fs::path> library;
    for (const std::string& name : config.synth.library) {
        MACAW_TRY(fs::path file, reports::library_file(name));
        library.push_back(std::move(file));
    }
    return Step{"synth",
                std::move(title),
                {{"synth", reports::to_json(config.synth)}},
                library,
                {rtl, stimulus},
                {"yosys", "berkeley-abc", "sta"},
                {"synth", config_file.string(), "--rtl", rtl.string(), "--stimulus", stimulus.string()},
                {"netlist.json"}};
}

}  // namespace macaw::cli
