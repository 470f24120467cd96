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
               {"layers", config.synth.power.layers},
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

namespace {

Expected<std::vector<fs::path>> library_files(const RunConfig& config) {
    std::vector<fs::path> library;
    for (const std::string& name : config.synth.library) {
        MACAW_TRY(fs::path file, reports::library_file(name));
        library.push_back(std::move(file));
    }
    return library;
}

}  // namespace

Expected<Step> synth_step(const RunConfig& config, const fs::path& config_file, const fs::path& rtl,
                          const fs::path& stimulus, std::string title) {
    MACAW_TRY(std::vector<fs::path> library, library_files(config));
    return Step{"synth",
                std::move(title),
                {{"synth", reports::to_json(config.synth)}},
                library,
                {rtl, stimulus},
                {"yosys", "berkeley-abc", "sta"},
                {"synth", config_file.string(), "--rtl", rtl.string(), "--stimulus", stimulus.string()},
                {"netlist.json"}};
}

Expected<Step> signoff_step(const RunConfig& config, const fs::path& config_file, const fs::path& layers,
                            std::string title) {
    const SignoffConfig& signoff = config.signoff.value();
    Step step{"verify",
              std::move(title),
              {{"name", config.name},  // stands in the table
               {"signoff", to_json(signoff)},
               {"datapath", golden::to_json(config.datapath)},
               {"array", hw::to_json(config.array)},
               {"interface", hw::to_json(config.interface)},
               {"tokens", config.cosim.tokens},
               {"window_tokens", config.evaluation.window_tokens}},
              {config.model, config.evaluation.text},
              {layers},
              {"verilator", "g++", "iverilog", "yosys"},
              {"verify", config_file.string(), "--must-pass", "--layers", layers.string(), "--seed",
               std::to_string(signoff.first_seed), "--seeds", std::to_string(signoff.seeds), "--groups",
               std::to_string(signoff.groups), "--mutants", std::to_string(signoff.mutants)}};
    if (signoff.netlist) {
        MACAW_TRY(std::vector<fs::path> library, library_files(config));
        step.files.insert(step.files.end(), library.begin(), library.end());
        const Json synth = reports::to_json(config.synth);
        step.parameters["synth"] = {{"library", synth.at("library")}, {"recipe", synth.at("recipe")}};
    } else {
        step.command.emplace_back("--no-netlist");
    }
    if (signoff.netlist || signoff.mutants > 0) step.tools.emplace_back("berkeley-abc");
    if (signoff.proofs) {
        step.tools.emplace_back("z3");
        step.command.emplace_back("--proofs");
    }
    return step;
}

}  // namespace macaw::cli
