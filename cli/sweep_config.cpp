#include "cli/sweep_config.hpp"

#include <algorithm>

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

// One position on an axis: every key with its value.
using Setting = std::vector<std::pair<std::string, YAML::Node>>;
using Axis = std::vector<Setting>;

// Sets the dotted key in the mapping; sections on the way are made where they are missing.
void set_key(YAML::Node node, const std::string& key, const YAML::Node& value) {
    std::size_t dot = key.find('.');
    if (dot == std::string::npos) {
        node[key] = value;
        return;
    }
    set_key(node[key.substr(0, dot)], key.substr(dot + 1), value);
}

std::string last_word(const std::string& key) {
    return key.substr(key.rfind('.') + 1);
}

// A file name from a value such as "16" or "wrap".
std::string file_word(const std::string& text) {
    std::string word;
    for (char c : text) word += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    return word;
}

Axis read_axis(YamlMapping yaml) {
    Axis axis;
    for (const std::string& key : yaml.keys()) {
        auto values = yaml.node(key);
        if (!values->IsSequence() || values->size() == 0) {
            yaml.error(key, "is not a list of values");
            continue;
        }
        if (axis.empty()) axis.resize(values->size());
        if (axis.size() != values->size()) {
            yaml.error(
                key,
                fmt::format("has {} values, the first key of this axis has {}", values->size(), axis.size()),
                "keys of one axis advance together; a grid needs an axis for each");
            continue;
        }
        for (std::size_t i = 0; i < axis.size(); ++i) axis[i].emplace_back(key, (*values)[i]);
    }
    return axis;
}

// All combinations, the last axis fastest.
std::vector<Setting> grid_of(const std::vector<Axis>& axes) {
    std::vector<Setting> grid(1);
    for (const Axis& axis : axes) {
        std::vector<Setting> longer;
        for (const Setting& before : grid)
            for (const Setting& more : axis) {
                longer.push_back(before);
                longer.back().insert(longer.back().end(), more.begin(), more.end());
            }
        grid = std::move(longer);
    }
    return grid;
}

SweepConfigPoint name_point(const Setting& setting, const std::vector<Axis>& axes) {
    SweepConfigPoint point;
    std::size_t at = 0;
    for (const Axis& axis : axes) {
        const auto& [key, value] = setting[at];
        std::string text = value.IsScalar() ? value.Scalar() : YAML::Dump(value);
        point.axes.emplace_back(last_word(key), text);
        point.name += (point.name.empty() ? "" : "-") + last_word(key) + "_" + file_word(text);
        at += axis.front().size();
    }
    return point;
}

struct Sections {
    fs::path base;
    Setting settings;
    std::vector<Axis> axes;
};

Sections read_sections(YamlMapping& root, SweepConfig& sweep) {
    Sections sections;
    root.require("name", sweep.name);
    std::string base;
    if (root.require("base", base))
        sections.base = (fs::path(root.file()).parent_path() / base).lexically_normal();
    if (auto yaml = root.mapping("set"))
        for (const std::string& key : yaml->keys()) sections.settings.emplace_back(key, *yaml->node(key));
    if (!root.has("axes")) root.error({}, "key \"axes\" is missing");
    for (YamlMapping& yaml : root.sequence("axes")) sections.axes.push_back(read_axis(yaml));
    if (root.has("axes") && sections.axes.empty()) root.error("axes", "has no axis");
    root.finish();
    return sections;
}

}  // namespace

tl::expected<SweepConfig, Errors> read_sweep_config(const fs::path& file) {
    auto node = load_yaml(file);
    if (!node) return tl::unexpected(Errors{std::move(node).error()});
    Errors errors;
    SweepConfig sweep;
    YamlMapping root(*node, file.string(), "", errors);
    Sections sections = read_sections(root, sweep);
    if (!errors.empty()) return tl::unexpected(errors);
    auto base = load_yaml(sections.base);
    if (!base) return tl::unexpected(Errors{std::move(base).error()});
    for (const Setting& setting : grid_of(sections.axes)) {
        SweepConfigPoint point = name_point(setting, sections.axes);
        YAML::Node changed = YAML::Clone(*base);
        for (const auto& [key, value] : sections.settings) set_key(changed, key, YAML::Clone(value));
        for (const auto& [key, value] : setting) set_key(changed, key, YAML::Clone(value));
        set_key(changed, "name", YAML::Node(point.name));
        auto config = run_config_from_yaml(changed, sections.base);
        if (config) {
            point.config = *config;
            sweep.points.push_back(std::move(point));
            continue;
        }
        for (Error& error :
             config.error()) {  // the place of a value that the sweep set is a place in the sweep
            error.message =
                fmt::format("point {} (base {}): {}", point.name, sections.base.string(), error.message);
            error.place = root.place("axes");
            errors.push_back(std::move(error));
        }
    }
    if (!errors.empty()) return tl::unexpected(errors);
    return sweep;
}

}  // namespace macaw::cli
