#include "cli/sweep_axes.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace macaw::cli {

namespace {

std::string last_word(const std::string& key) {
    return key.substr(key.rfind('.') + 1);
}

std::string text_of(const YAML::Node& value) {
    if (value.IsScalar()) return value.Scalar();
    YAML::Emitter emitter;
    emitter << YAML::Flow << value;
    return emitter.c_str();
}

// A part of a file name from a value such as "16" or "wrap".
std::string file_word(const std::string& text) {
    std::string word;
    for (char c : text) word += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    return word;
}

// Whether the first `count` keys of every position differ from those of every other one.
bool tell_apart(const Axis& axis, std::size_t count) {
    std::set<std::vector<std::string>> seen;
    for (const Setting& setting : axis) {
        std::vector<std::string> values;
        for (std::size_t i = 0; i < count; ++i) values.push_back(text_of(setting.keys[i].second));
        if (!seen.insert(values).second) return false;
    }
    return true;
}

// Shows as many keys of every position as tell the positions apart.
void show_keys(YamlMapping& yaml, Axis& axis) {
    if (axis.empty() || !yaml.errors().empty()) return;
    std::size_t needed = 1;
    while (needed < axis[0].keys.size() && !tell_apart(axis, needed)) ++needed;
    if (!tell_apart(axis, needed)) yaml.error(yaml.keys()[0], "two positions of this axis are equal");
    for (Setting& setting : axis)
        for (std::size_t i = 0; i < needed; ++i)
            setting.shown.emplace_back(setting.keys[i].first, text_of(setting.keys[i].second));
}

// keys: name -> list of values, advancing together.
Axis read_value_axis(YamlMapping& yaml) {
    Axis axis;
    for (const std::string& key : yaml.keys()) {
        auto values = yaml.node(key);
        if (!values->IsSequence() || values->size() == 0) {
            yaml.error(key, "is neither a list of values nor a mapping of named settings");
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
        for (std::size_t i = 0; i < axis.size(); ++i) axis[i].keys.emplace_back(key, (*values)[i]);
    }
    show_keys(yaml, axis);
    return axis;
}

// keys: [name, ...], rows: [[value of each], ...].
Axis read_row_axis(YamlMapping& yaml) {
    Axis axis;
    std::vector<std::string> keys;
    if (!yaml.read("keys", keys)) return axis;
    if (keys.empty()) yaml.error("keys", "names no key");
    YAML::Node rows = *yaml.node("rows");
    if (!rows.IsSequence() || rows.size() == 0) {
        yaml.error("rows", "is not a list of rows");
        return axis;
    }
    for (const YAML::Node& row : rows) {
        if (!row.IsSequence() || row.size() != keys.size()) {
            yaml.error("rows", fmt::format("{} is not a list of {} values", text_of(row), keys.size()));
            continue;
        }
        Setting& setting = axis.emplace_back();
        for (std::size_t i = 0; i < keys.size(); ++i) setting.keys.emplace_back(keys[i], row[i]);
    }
    show_keys(yaml, axis);
    return axis;
}

// One name -> {word: {key: value, ...}, ...}.
Axis read_named_axis(YamlMapping& yaml, const std::string& name) {
    Axis axis;
    auto settings = yaml.mapping(name);
    for (const std::string& word : settings->keys()) {
        Setting setting;
        setting.shown.emplace_back(name, word);
        auto keys = settings->mapping(word);
        if (!keys) continue;
        for (const std::string& key : keys->keys()) setting.keys.emplace_back(key, *keys->node(key));
        axis.push_back(std::move(setting));
    }
    settings->finish();
    if (axis.empty()) yaml.error(name, "has no setting");
    return axis;
}

bool is_row_axis(const YamlMapping& yaml) {
    return yaml.keys().size() == 2 && yaml.has("keys") && yaml.has("rows");
}

bool is_named_axis(YamlMapping& yaml) {
    std::vector<std::string> keys = yaml.keys();
    return keys.size() == 1 && yaml.node(keys[0])->IsMap();
}

void shorten_names(std::vector<Axis>& axes) {
    std::map<std::string, std::set<std::string>> full_names;
    for (const Axis& axis : axes)
        for (const Setting& setting : axis)
            for (const auto& [name, value] : setting.shown) full_names[last_word(name)].insert(name);
    for (Axis& axis : axes)
        for (Setting& setting : axis)
            for (auto& [name, value] : setting.shown)
                if (full_names[last_word(name)].size() == 1) name = last_word(name);
}

}  // namespace

std::string value_in(const Setting& setting, const std::string& name) {
    for (const auto& [shown, value] : setting.shown)
        if (shown == name) return value;
    std::string text;
    for (const auto& [key, value] : setting.keys)
        if (key == name) text = text_of(value);  // the last axis that sets it decides
    return text;
}

std::string name_of(const Setting& setting) {
    std::string text;
    for (const auto& [name, value] : setting.shown)
        text += (text.empty() ? "" : "-") + file_word(name) + "_" + file_word(value);
    return text;
}

std::vector<Axis> read_axes(YamlMapping& root) {
    std::vector<Axis> axes;
    if (!root.has("axes")) root.error({}, "key \"axes\" is missing");
    for (YamlMapping& yaml : root.sequence("axes"))
        axes.push_back(is_row_axis(yaml)     ? read_row_axis(yaml)
                       : is_named_axis(yaml) ? read_named_axis(yaml, yaml.keys()[0])
                                             : read_value_axis(yaml));
    if (root.has("axes") && axes.empty()) root.error("axes", "has no axis");
    shorten_names(axes);
    return axes;
}

std::vector<Exclusion> read_exclusions(YamlMapping& root, const std::vector<Axis>& axes) {
    std::set<std::string> known;
    for (const Axis& axis : axes) {
        for (const Setting& setting : axis) {
            for (const auto& [name, value] : setting.shown) known.insert(name);
            for (const auto& [key, value] : setting.keys) known.insert(key);
        }
    }
    std::vector<Exclusion> exclusions;
    for (YamlMapping& yaml : root.sequence("exclude")) {
        Exclusion& exclusion = exclusions.emplace_back();
        for (const std::string& name : yaml.keys()) {
            if (!known.contains(name)) {
                yaml.error(name, "no axis has this name or sets this key",
                           fmt::format("known: {}", fmt::join(known, ", ")));
                continue;
            }
            YAML::Node values = *yaml.node(name);
            auto& condition = exclusion.emplace_back(name, std::vector<std::string>());
            if (values.IsSequence())
                for (const YAML::Node& value : values) condition.second.push_back(text_of(value));
            else
                condition.second.push_back(text_of(values));
        }
    }
    return exclusions;
}

}  // namespace macaw::cli
