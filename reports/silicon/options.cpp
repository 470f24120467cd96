#include "reports/silicon/options.hpp"

#include <cmath>

#include "reports/silicon/library.hpp"

namespace macaw::reports {

namespace {

const std::vector<std::pair<std::string, Recipe>> kRecipes = {{"balanced", Recipe::Balanced},
                                                              {"least_area", Recipe::LeastArea},
                                                              {"fastest", Recipe::Fastest},
                                                              {"least_area_sized", Recipe::LeastAreaSized}};

void read_library(YamlMapping& yaml, std::vector<std::string>& library) {
    std::optional<YAML::Node> node = yaml.node("library");
    if (!node) return;
    try {
        if (node->IsScalar())
            library = {node->as<std::string>()};
        else
            library = node->as<std::vector<std::string>>();
    } catch (const YAML::Exception&) {
        yaml.error("library", "is neither a text nor a list of texts",
                   "a name (" + known_library_names() + "), a Liberty file, or a list of Liberty files");
    }
}

void read_recipe(YamlMapping& yaml, SiliconOptions& options) {
    std::vector<std::pair<std::string, std::optional<Recipe>>> words(kRecipes.begin(), kRecipes.end());
    words.emplace_back("best", std::nullopt);
    std::optional<Recipe> recipe = options.recipe;
    yaml.read_word("recipe", recipe, words);
    options.best_recipe = !recipe;
    if (recipe) options.recipe = *recipe;
}

}  // namespace

const std::vector<std::pair<std::string, Recipe>>& recipe_words() {
    return kRecipes;
}

std::string to_string(Recipe recipe) {
    for (const auto& [word, meaning] : kRecipes)
        if (meaning == recipe) return word;
    throw std::logic_error("unknown Recipe");
}

std::vector<golden::DatapathProblem> validate_library(const std::vector<std::string>& library) {
    std::vector<golden::DatapathProblem> problems;
    if (library.empty())
        problems.push_back({"library", "names no library", "known names: " + known_library_names()});
    for (const std::string& name : library)
        if (!is_library_file(name) && !is_known_library(name))
            problems.push_back({"library", fmt::format("\"{}\" is not a known library", name),
                                "known names: " + known_library_names() +
                                    "; a file needs a path with / or a name that ends in .lib or .lib.gz"});
    if (library.size() > 1)
        for (const std::string& name : library)
            if (!is_library_file(name))
                problems.push_back({"library", fmt::format("the name \"{}\" stands in a list", name),
                                    "a list holds the Liberty files of one library"});
    return problems;
}

std::vector<golden::DatapathProblem> validate(const SiliconOptions& options) {
    std::vector<golden::DatapathProblem> problems = validate_library(options.library);
    if (!std::isfinite(options.clock_mhz) || options.clock_mhz < 0.001 || options.clock_mhz > 100000)
        problems.push_back(
            {"clock_mhz", fmt::format("{} is outside 0.001 .. 100000", options.clock_mhz), {}});
    if (options.power.segments < 64 || options.power.segments % 64 != 0 || options.power.segments > 65536)
        problems.push_back({"power.segments",
                            fmt::format("{} is not a multiple of 64 in 64 .. 65536", options.power.segments),
                            "64 segments are simulated at once"});
    if (options.power.cycles < 1 || options.power.cycles > 100'000'000)
        problems.push_back(
            {"power.cycles", fmt::format("{} is outside 1 .. 100000000", options.power.cycles), {}});
    return problems;
}

SiliconOptions read_silicon_options(YamlMapping yaml) {
    SiliconOptions options;
    read_library(yaml, options.library);
    read_recipe(yaml, options);
    yaml.read("clock_mhz", options.clock_mhz);
    yaml.read("trap_twin", options.trap_twin);
    std::optional<YamlMapping> power = yaml.mapping("power");
    if (power) {
        power->read("segments", options.power.segments);
        power->read("cycles", options.power.cycles);
        power->read("seed", options.power.seed);
        power->read("saif", options.power.saif);
        power->read("layers", options.power.layers);
        power->finish();
    }
    for (const golden::DatapathProblem& problem : validate(options)) {
        bool of_power = problem.field.starts_with("power.");
        if (of_power && power)
            power->error(problem.field.substr(6), problem.message, problem.hint);
        else
            yaml.error(problem.field, problem.message, problem.hint);
    }
    yaml.finish();
    return options;
}

Json to_json(const SiliconOptions& options) {
    return {{"library", options.library},
            {"recipe", options.best_recipe ? "best" : to_string(options.recipe)},
            {"clock_mhz", options.clock_mhz},
            {"power",
             {{"segments", options.power.segments},
              {"cycles", options.power.cycles},
              {"seed", options.power.seed},
              {"saif", options.power.saif},
              {"layers", options.power.layers}}},
            {"trap_twin", options.trap_twin}};
}

}  // namespace macaw::reports
