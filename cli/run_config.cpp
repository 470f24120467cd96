#include "cli/run_config.hpp"

#include <algorithm>

#include "reports/silicon/library.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

// A path as the user wrote it, relative to the configuration; it must exist.
void read_path(YamlMapping& yaml, const std::string& key, fs::path& path, const std::string& hint) {
    std::string text;
    if (!yaml.require(key, text)) return;
    path = fs::absolute(fs::path(yaml.file()).parent_path() / text).lexically_normal();
    std::error_code problem;
    if (!fs::exists(path, problem)) yaml.error(key, fmt::format("{} does not exist", path.string()), hint);
}

void check_positive(YamlMapping& yaml, const std::string& key, int value) {
    if (value < 1) yaml.error(key, fmt::format("{} is not positive", value));
}

constexpr const char* kTextHint = "scripts/texts makes the demo's texts; any UTF-8 text file will do";

void read_calibration(YamlMapping yaml, CalibrationConfig& config) {
    read_path(yaml, "text", config.text, kTextHint);
    yaml.finish();
}

// Widths of inner accumulators that replace the datapath's own; the outer one must stay at least as wide.
void read_inner_widths(YamlMapping& yaml, const std::string& key, const golden::Datapath& datapath,
                       std::vector<int>& widths) {
    yaml.read(key, widths);
    for (int bits : widths) {
        if (!golden::BitWidth::make(bits))
            yaml.error(key, fmt::format("{} bits is outside 1..{}", bits, golden::BitWidth::kMax));
        else if (bits > datapath.outer_bits.bits())
            yaml.error(key, fmt::format("{} is wider than datapath.outer_bits {}", bits,
                                        datapath.outer_bits.bits()));
    }
    std::vector<int> sorted = widths;
    std::ranges::sort(sorted);
    if (std::ranges::adjacent_find(sorted) != sorted.end())
        yaml.error(key, "the same width stands here twice");
}

void read_simulated_arithmetic(YamlMapping& yaml, CosimConfig& config) {
    hw::Arithmetic arithmetic = hw::Arithmetic::Behavioural;
    if (!hw::read_arithmetic(yaml, "arithmetic", arithmetic)) return;
    if (arithmetic == hw::Arithmetic::Packed)
        yaml.error("arithmetic", "no proof says that packed arithmetic equals what is synthesised",
                   "behavioural or structural; macaw verify and macaw simulate play packed arrays");
    config.arithmetic = arithmetic;
}

void read_cosim(YamlMapping yaml, const golden::Datapath& datapath, CosimConfig& config) {
    yaml.read("tokens", config.tokens);
    read_simulated_arithmetic(yaml, config);
    read_inner_widths(yaml, "overflowing_inner_bits", datapath, config.overflowing_inner_bits);
    check_positive(yaml, "tokens", config.tokens);
    yaml.finish();
}

SignoffConfig read_signoff(YamlMapping yaml) {
    SignoffConfig config;
    yaml.read("first_seed", config.first_seed);
    yaml.read("seeds", config.seeds);
    yaml.read("groups", config.groups);
    yaml.read("netlist", config.netlist);
    yaml.read("proofs", config.proofs);
    yaml.read("mutants", config.mutants);
    auto check = [&](const char* key, int value, int least, int most) {
        if (value < least || value > most)
            yaml.error(key, fmt::format("{} is outside {} .. {}", value, least, most));
    };
    check("seeds", config.seeds, 0, SignoffConfig::kMostSeeds);
    check("groups", config.groups, 1, SignoffConfig::kMostGroups);
    check("mutants", config.mutants, 0, SignoffConfig::kMostMutants);
    yaml.finish();
    return config;
}

// Liberty files stand relative to the configuration; names such as osu018 stay as they are. Whether a known
// library is installed is asked when it is used.
void read_library_paths(YamlMapping& yaml, std::vector<std::string>& library) {
    for (std::string& entry : library) {
        if (!reports::is_library_file(entry)) continue;
        entry = fs::absolute(fs::path(yaml.file()).parent_path() / entry).lexically_normal().string();
        if (auto file = reports::library_file(entry); !file)
            yaml.error("library", fmt::format("{}: {}", entry, file.error().message), file.error().hint);
    }
}

// A name becomes a folder.
void check_name(YamlMapping& yaml, const std::string& name) {
    bool legal = !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_' || c == '-';
    });
    if (!legal)
        yaml.error("name", fmt::format("\"{}\" cannot name a folder", name), "letters, digits, '_' and '-'");
}

void read_array_and_datapath(YamlMapping& root, RunConfig& config, ConfigScope scope) {
    if (auto yaml = root.mapping("datapath")) {
        config.datapath = golden::read_datapath(*yaml);
        if (scope == ConfigScope::Run && config.datapath.weight_signedness != golden::Signedness::Signed)
            yaml->error("weight_signedness", "the quantizer makes signed weights only",
                        "signed, or one of generate, synth, verify, prove, mutate, simulate and forms, which "
                        "need no quantized model");
    }
    auto yaml = root.mapping("array");
    if (yaml) config.array = hw::read_array(*yaml);
    std::size_t before = root.errors().size();
    if (before > 0) return;  // the array is judged against a legal datapath only
    golden::Datapath datapath = config.datapath;
    if (config.array.lanes >= 1 && datapath.tile % config.array.lanes == 0)
        datapath.products_per_check = config.array.lanes;
    for (const golden::DatapathProblem& problem : hw::validate(config.array, datapath))
        (yaml ? *yaml : root).error(problem.field, problem.message, problem.hint);
    config.datapath = datapath;
}

}  // namespace

EvaluationConfig read_evaluation(YamlMapping yaml) {
    EvaluationConfig config;
    read_path(yaml, "text", config.text, kTextHint);
    yaml.read("first_window", config.first_window);
    yaml.read("windows", config.windows);
    yaml.read("window_tokens", config.window_tokens);
    if (config.first_window < 0)
        yaml.error("first_window", fmt::format("{} is negative", config.first_window));
    if (config.windows < 0)
        yaml.error("windows", fmt::format("{} is negative", config.windows), "0 means all");
    if (config.window_tokens < 2)
        yaml.error("window_tokens",
                   fmt::format("{} is below 2: nothing would be predicted", config.window_tokens));
    yaml.finish();
    return config;
}

tl::expected<RunConfig, Errors> run_config_from_yaml(const YAML::Node& node, const fs::path& file,
                                                     ConfigScope scope) {
    RunConfig config;
    Errors errors;
    YamlMapping root(node, file.string(), "", errors);
    if (root.require("name", config.name)) check_name(root, config.name);
    read_array_and_datapath(root, config, scope);
    if (scope != ConfigScope::Hardware || root.has("model")) {
        read_path(root, "model", config.model,
                  "a folder with config.json, model.safetensors and tokenizer.json, or a .gguf file");
        for (const char* key : {"calibration", "evaluation"})
            if (!root.has(key)) root.error({}, fmt::format("key \"{}\" is missing", key));
    }
    if (auto yaml = root.mapping("calibration")) read_calibration(*yaml, config.calibration);
    if (auto yaml = root.mapping("evaluation")) config.evaluation = read_evaluation(*yaml);
    if (auto yaml = root.mapping("quantizer")) config.quantizer = quantizer::read_quantizer_options(*yaml);
    if (auto yaml = root.mapping("interface")) config.interface = hw::read_interface(*yaml, config.datapath);
    if (auto yaml = root.mapping("comparison")) {
        read_inner_widths(*yaml, "inner_bits", config.datapath, config.comparison.inner_bits);
        yaml->finish();
    }
    if (auto yaml = root.mapping("cosim")) read_cosim(*yaml, config.datapath, config.cosim);
    if (auto yaml = root.mapping("platform")) config.platform = sim::read_platform(*yaml);
    if (auto yaml = root.mapping("synth")) {
        config.synth = reports::read_silicon_options(*yaml);
        read_library_paths(*yaml, config.synth.library);
    }
    if (auto yaml = root.mapping("signoff")) config.signoff = read_signoff(*yaml);
    root.finish();
    if (!errors.empty()) {
        std::ranges::stable_sort(errors, {}, [](const Error& error) { return error.place.line; });
        return tl::unexpected(errors);
    }
    return config;
}

std::optional<hw::ArrayConfig> RunConfig::simulated_array() const {
    if (!cosim.arithmetic || *cosim.arithmetic == array.arithmetic) return std::nullopt;
    hw::ArrayConfig simulated = array;
    simulated.arithmetic = *cosim.arithmetic;
    return simulated;
}

tl::expected<RunConfig, Errors> read_run_config(const fs::path& file, ConfigScope scope) {
    auto root = load_yaml(file);
    if (!root) return tl::unexpected(Errors{std::move(root).error()});
    return run_config_from_yaml(*root, file, scope);
}

Json to_json(const SignoffConfig& config) {
    return {{"first_seed", config.first_seed}, {"seeds", config.seeds},   {"groups", config.groups},
            {"netlist", config.netlist},       {"proofs", config.proofs}, {"mutants", config.mutants}};
}

Json to_json(const RunConfig& config) {
    Json datapath = golden::to_json(config.datapath);
    datapath.erase("products_per_check");  // follows from the array
    Json cosim = {{"tokens", config.cosim.tokens},
                  {"overflowing_inner_bits", config.cosim.overflowing_inner_bits}};
    if (config.cosim.arithmetic) cosim["arithmetic"] = to_string(*config.cosim.arithmetic);
    Json json = {{"name", config.name},
                 {"model", config.model.string()},
                 {"calibration", {{"text", config.calibration.text.string()}}},
                 {"evaluation",
                  {{"text", config.evaluation.text.string()},
                   {"first_window", config.evaluation.first_window},
                   {"windows", config.evaluation.windows},
                   {"window_tokens", config.evaluation.window_tokens}}},
                 {"datapath", datapath},
                 {"quantizer", quantizer::to_json(config.quantizer)},
                 {"array", hw::to_json(config.array)},
                 {"interface", hw::to_json(config.interface)},
                 {"comparison", {{"inner_bits", config.comparison.inner_bits}}},
                 {"cosim", cosim},
                 {"platform", sim::to_json(config.platform)},
                 {"synth", reports::to_json(config.synth)}};
    if (config.signoff) json["signoff"] = to_json(*config.signoff);
    return json;
}

}  // namespace macaw::cli
