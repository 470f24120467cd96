#include "cli/sweep_search.hpp"

#include <algorithm>
#include <set>

#include "reports/html/label.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kModelled = {"area", "period", "power", "energy_per_mac", "throughput"};

void check_positive(YamlMapping& yaml, const std::string& key, std::int64_t value) {
    if (value < 1) yaml.error(key, fmt::format("{} is not positive", value));
}

std::set<std::string> shown_names(const std::vector<Axis>& axes) {
    std::set<std::string> names;
    for (const Axis& axis : axes)
        for (const Setting& setting : axis)
            for (const auto& [name, value] : setting.shown) names.insert(name);
    return names;
}

bool has_numbers_only(const std::vector<Axis>& axes, const std::string& name) {
    for (const Axis& axis : axes)
        for (const Setting& setting : axis)
            for (const auto& [shown, value] : setting.shown)
                if (shown == name && !reports::parse_number(value)) return false;
    return true;
}

void read_objectives(YamlMapping& yaml, const std::string& key, const std::vector<Axis>& axes,
                     SweepSearch& search) {
    std::vector<std::string> names;
    yaml.read(key, names);
    const std::set<std::string> shown = shown_names(axes);
    for (const std::string& name : names) {
        if (!is_modelled(name) && !shown.contains(name))
            yaml.error(key, fmt::format("\"{}\" is neither modelled nor an axis", name),
                       fmt::format("modelled: {}; axes: {}; model quality is never modelled",
                                   fmt::join(kModelled, ", "), fmt::join(shown, ", ")));
        else if (!is_modelled(name) && !has_numbers_only(axes, name))
            yaml.error(key, fmt::format("the values of {} are not numbers", name), "per: [" + name + "]");
        if (std::ranges::find(search.objectives, name, &SearchObjective::name) != search.objectives.end())
            yaml.error(key, fmt::format("{} stands here twice", name));
        search.objectives.push_back({name, key == "maximise"});
    }
}

}  // namespace

bool is_modelled(const std::string& objective) {
    return std::ranges::find(kModelled, objective) != kModelled.end();
}

std::optional<SweepSample> read_sample(YamlMapping& root) {
    auto yaml = root.mapping("sample");
    if (!yaml) return std::nullopt;
    SweepSample sample;
    if (yaml->require("points", sample.points)) check_positive(*yaml, "points", sample.points);
    yaml->read("seed", sample.seed);
    yaml->finish();
    return sample;
}

std::optional<SweepSearch> read_search(YamlMapping& root, const std::vector<Axis>& axes) {
    auto yaml = root.mapping("search");
    if (!yaml) return std::nullopt;
    SweepSearch search;
    std::string file;
    if (yaml->require("cost_model", file)) {
        search.cost_model = fs::absolute(fs::path(root.file()).parent_path() / file).lexically_normal();
        std::error_code problem;
        if (!fs::exists(search.cost_model, problem))
            yaml->error("cost_model", fmt::format("{} does not exist", search.cost_model.string()),
                        "macaw cost fit --results FOLDER -o FILE writes one");
    }
    read_objectives(*yaml, "minimise", axes, search);
    read_objectives(*yaml, "maximise", axes, search);
    if (search.objectives.empty()) yaml->error({}, "has no objective", "minimise: [area, period]");
    if (!search.objectives.empty() &&
        std::ranges::none_of(search.objectives,
                             [](const SearchObjective& objective) { return is_modelled(objective.name); }))
        yaml->error({}, "no objective is modelled", "minimise: [area, period]");
    yaml->read("per", search.per);
    for (const std::string& name : search.per)
        if (!shown_names(axes).contains(name))
            yaml->error("per", fmt::format("no axis has the name \"{}\"", name));
    yaml->read("candidates", search.candidates);
    yaml->read("synthesise", search.synthesise);
    yaml->read("seed", search.seed);
    check_positive(*yaml, "candidates", search.candidates);
    check_positive(*yaml, "synthesise", search.synthesise);
    yaml->finish();
    return search;
}

}  // namespace macaw::cli
