#include "reports/bops/bops_config.hpp"

#include <cmath>

#include "reports/forms/unit_config.hpp"
#include "reports/silicon/library.hpp"

namespace macaw::reports {

namespace fs = std::filesystem;

namespace {

fs::path beside(const YamlMapping& yaml, const std::string& name) {
    return fs::absolute(fs::path(yaml.file()).parent_path() / name).lexically_normal();
}

void read_plain(YamlMapping& root, fs::path& plain) {
    std::string text;
    if (!root.require("plain", text)) return;
    plain = beside(root, text);
    if (!fs::is_regular_file(plain)) root.error("plain", fmt::format("{} is not a file", plain.string()));
}

void read_library(YamlMapping& root, std::vector<std::string>& library) {
    library = read_values<std::string>(root, "library", {"osu018"});
    for (const golden::DatapathProblem& problem : validate_library(library))
        root.error("library", problem.message, problem.hint);
    for (std::string& name : library)
        if (is_library_file(name)) name = beside(root, name).string();
}

void read_activity(YamlMapping& root, sim::VectorMacSample& sample) {
    std::optional<YamlMapping> yaml = root.mapping("activity");
    if (!yaml) return;
    yaml->read("cycles", sample.cycles);
    yaml->read("beats", sample.operands.beats);
    yaml->read("sparsity", sample.operands.sparsity);
    yaml->read("seed", sample.operands.seed);
    if (sample.cycles < 1 || sample.cycles > 1'000'000)
        yaml->error("cycles", fmt::format("{} is outside 1..1000000", sample.cycles));
    if (sample.operands.beats < 1 || sample.operands.beats > 1'000'000)
        yaml->error("beats", fmt::format("{} is outside 1..1000000", sample.operands.beats));
    if (!(sample.operands.sparsity >= 0 && sample.operands.sparsity <= 1))
        yaml->error("sparsity", fmt::format("{} is outside 0..1", sample.operands.sparsity),
                    "the share of weights that are 0");
    yaml->finish();
}

}  // namespace

tl::expected<BopsConfig, Errors> read_bops_config(const fs::path& file) {
    auto node = load_yaml(file);
    if (!node) return tl::unexpected(Errors{std::move(node).error()});
    Errors errors;
    BopsConfig config;
    YamlMapping root(*node, file.string(), "", errors);
    root.require("name", config.name);
    config.title = config.name;
    root.read("title", config.title);
    config.units = read_units(root);
    for (const hw::DotProductShape& unit : config.units)
        if (!unit.has_signed_weights() || !unit.has_signed_activations()) {
            root.error("units", "a unit has an unsigned factor", "the plain unit multiplies signed codes");
            break;
        }
    if (config.units.size() < 3 && errors.empty())
        root.error("units", fmt::format("{} units say nothing about a correlation", config.units.size()),
                   "at least 3");
    read_plain(root, config.plain);
    read_library(root, config.library);
    root.read_word("recipe", config.recipe, recipe_words());
    root.read("clock_mhz", config.clock_mhz);
    if (!std::isfinite(config.clock_mhz) || config.clock_mhz < 0.001 || config.clock_mhz > 100000)
        root.error("clock_mhz", fmt::format("{} is outside 0.001 .. 100000", config.clock_mhz));
    read_activity(root, config.activity);
    root.finish();
    if (!errors.empty()) return tl::unexpected(errors);
    return config;
}

}  // namespace macaw::reports
