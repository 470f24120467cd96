#include "reports/forms/form_config.hpp"

#include <algorithm>

#include "reports/forms/unit_config.hpp"
#include "reports/silicon/library.hpp"

namespace macaw::reports {

namespace fs = std::filesystem;

namespace {

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
    config.recipes = read_words(root, "recipes", recipe_words(), all_words(recipe_words()));
    root.read("behavioural", config.behavioural);
    read_plain(root, config.plain);
    config.structural = read_structural(root);
    root.finish();
    if (errors.empty() && !config.behavioural && !config.plain && config.structural.empty())
        root.error({}, "no form is left to synthesise", "one of behavioural, plain, structural");
    if (!errors.empty()) return tl::unexpected(errors);
    return config;
}

}  // namespace macaw::reports
