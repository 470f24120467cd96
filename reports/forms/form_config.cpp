#include "reports/forms/form_config.hpp"

#include <algorithm>

#include "hw/arith/form_words.hpp"
#include "reports/forms/unit_config.hpp"
#include "reports/silicon/library.hpp"

namespace macaw::reports {

namespace fs = std::filesystem;

namespace {

template <typename Enum>
std::vector<Enum> read_words(YamlMapping& yaml, const std::string& key,
                             const std::vector<std::pair<std::string, Enum>>& words,
                             std::vector<Enum> otherwise) {
    if (!yaml.has(key)) {
        yaml.node(key);  // a known key
        return otherwise;
    }
    std::vector<std::string> known;
    for (const auto& entry : words) known.push_back(entry.first);
    std::vector<Enum> values;
    for (const std::string& text : read_values<std::string>(yaml, key, {})) {
        auto found = std::ranges::find(words, text, &std::pair<std::string, Enum>::first);
        if (found == words.end())
            yaml.error(key, fmt::format("\"{}\" is not known", text),
                       fmt::format("of these: {}", fmt::join(known, ", ")));
        else
            values.push_back(found->second);
    }
    return values;
}

template <typename Enum>
std::vector<Enum> all_of(const std::vector<std::pair<std::string, Enum>>& words) {
    std::vector<Enum> values;
    for (const auto& entry : words) values.push_back(entry.second);
    return values;
}

void read_libraries(YamlMapping& yaml, std::vector<std::vector<std::string>>& libraries) {
    std::optional<YAML::Node> node = yaml.node("libraries");
    if (!node) return;
    if (!node->IsSequence() || node->size() == 0) {
        yaml.error("libraries", "is not a list with an item",
                   "items are names (" + known_library_names() + "), Liberty files, or lists of files");
        return;
    }
    libraries.clear();
    for (const YAML::Node& item : *node) {
        std::vector<std::string> library;
        try {
            if (item.IsScalar())
                library = {item.as<std::string>()};
            else
                library = item.as<std::vector<std::string>>();
        } catch (const YAML::Exception&) {
            yaml.error("libraries", "an item is neither a text nor a list of texts");
            continue;
        }
        for (const golden::DatapathProblem& problem : validate_library(library))
            yaml.error("libraries", problem.message, problem.hint);
        for (std::string& name : library)
            if (is_library_file(name))
                name = fs::absolute(fs::path(yaml.file()).parent_path() / name).lexically_normal().string();
        libraries.push_back(std::move(library));
    }
}

void read_structural(YamlMapping& root, std::vector<hw::StructuralForm>& forms) {
    std::optional<YamlMapping> yaml = root.mapping("structural");
    if (!yaml) return;
    auto multipliers = read_words(*yaml, "multiplier", hw::kMultipliers, all_of(hw::kMultipliers));
    auto reductions = read_words(*yaml, "reduction", hw::kReductions, all_of(hw::kReductions));
    auto adders = read_words(*yaml, "adder", hw::kAdders, all_of(hw::kAdders));
    auto accumulations = read_words(*yaml, "accumulation", hw::kAccumulations, all_of(hw::kAccumulations));
    yaml->finish();
    for (hw::Multiplier multiplier : multipliers)
        for (hw::Reduction reduction : reductions)
            for (hw::FinalAdder adder : adders)
                for (hw::Accumulation accumulation : accumulations)
                    forms.push_back({multiplier, reduction, adder, accumulation});
}

void read_plain(YamlMapping& root, std::optional<fs::path>& plain) {
    std::string text;
    if (!root.read("plain", text)) return;
    plain = fs::absolute(fs::path(root.file()).parent_path() / text).lexically_normal();
    if (!fs::is_regular_file(*plain)) root.error("plain", fmt::format("{} is not a file", plain->string()));
}

}  // namespace

tl::expected<FormsConfig, Errors> read_forms_config(const fs::path& file) {
    auto node = load_yaml(file);
    if (!node) return tl::unexpected(Errors{std::move(node).error()});
    Errors errors;
    FormsConfig config;
    YamlMapping root(*node, file.string(), "", errors);
    root.require("name", config.name);
    config.title = config.name;
    root.read("title", config.title);
    config.units = read_units(root);
    read_libraries(root, config.libraries);
    config.recipes = read_words(root, "recipes", recipe_words(), all_of(recipe_words()));
    root.read("behavioural", config.behavioural);
    read_plain(root, config.plain);
    read_structural(root, config.structural);
    root.finish();
    if (errors.empty() && !config.behavioural && !config.plain && config.structural.empty())
        root.error({}, "no form is left to synthesise", "one of behavioural, plain, structural");
    if (!errors.empty()) return tl::unexpected(errors);
    return config;
}

}  // namespace macaw::reports
