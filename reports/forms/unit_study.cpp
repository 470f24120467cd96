#include "reports/forms/unit_study.hpp"

#include <cmath>

#include "reports/forms/unit_config.hpp"
#include "reports/silicon/library.hpp"

namespace macaw::reports {

namespace fs = std::filesystem;

namespace {

fs::path beside(const YamlMapping& yaml, const std::string& name) {
    return fs::absolute(fs::path(yaml.file()).parent_path() / name).lexically_normal();
}

void read_plain(YamlMapping& root, std::optional<fs::path>& plain) {
    std::string text;
    if (!root.read("plain", text)) return;
    plain = beside(root, text);
    if (!fs::is_regular_file(*plain)) root.error("plain", fmt::format("{} is not a file", plain->string()));
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
    if (!(sample.operands.sparsity >= 0 && sample.operands.sparsity < 1))
        yaml->error("sparsity", fmt::format("{} is not below 1 and not negative", sample.operands.sparsity),
                    "the share of weights that are 0; with all of them 0 the accumulator adds nothing");
    yaml->finish();
}

}  // namespace

void read_unit_study(YamlMapping& root, UnitStudy& study) {
    root.require("name", study.name);
    study.title = study.name;
    root.read("title", study.title);
    study.units = read_units(root);
    for (const hw::DotProductShape& unit : study.units)
        if (!unit.has_signed_weights() || !unit.has_signed_activations()) {
            root.error("units", "a unit has an unsigned factor", "toggles are counted with signed codes");
            break;
        }
    read_plain(root, study.plain);
    read_library(root, study.library);
    root.read_word("recipe", study.recipe, recipe_words());
    root.read("clock_mhz", study.clock_mhz);
    if (!std::isfinite(study.clock_mhz) || study.clock_mhz < 0.001 || study.clock_mhz > 100000)
        root.error("clock_mhz", fmt::format("{} is outside 0.001 .. 100000", study.clock_mhz));
    read_activity(root, study.activity);
}

}  // namespace macaw::reports
