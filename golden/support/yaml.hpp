// Strict reading of YAML: every key must be known, every value must have its type, and all errors are
// reported at once, each with file:line:col. A reader object walks one mapping; finish() reports the keys
// that nobody asked for.
//
//     YamlErrors errors;
//     YamlMapping root = ...;
//     root.read("tile", config.tile);              // optional: keeps the default when absent
//     root.require("inner_bits", config.inner);    // an error when absent
//     if (auto child = root.mapping("array")) ...
//     root.finish();
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "golden/support/error.hpp"

namespace macaw {

class YamlMapping {
  public:
    // `errors` outlives the reader and collects what it finds.
    YamlMapping(YAML::Node node, std::string file, std::string path, Errors& errors);

    bool has(const std::string& key) const;

    // False when the key is absent or its value was bad (the error is then recorded).
    template <typename T>
    bool read(const std::string& key, T& value);
    template <typename T>
    bool require(const std::string& key, T& value);
    // One of the given words; the value is set to the index of the word.
    template <typename Enum>
    bool read_word(const std::string& key, Enum& value,
                   const std::vector<std::pair<std::string, Enum>>& words);

    std::optional<YamlMapping> mapping(const std::string& key);
    // The mappings of a sequence of mappings.
    std::vector<YamlMapping> sequence(const std::string& key);
    std::vector<std::string> keys() const;
    // The raw node, for readers with a shape of their own (sweep axes).
    std::optional<YAML::Node> node(const std::string& key);

    // Place of a key's value (of the mapping itself for an empty or absent key).
    Place place(const std::string& key = {}) const;
    // Records an error at the value of `key`, prefixed with its dotted path.
    void error(const std::string& key, std::string message, std::string hint = {});
    // Records an error for each key that was not asked for, with the nearest known key as a hint.
    void finish();

    Errors& errors() { return *errors_; }
    const std::string& file() const { return file_; }
    const std::string& path() const { return path_; }

  private:
    std::string full(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }
    YAML::Node find(const std::string& key);
    YAML::Node node_;
    std::string file_;
    std::string path_;  // dotted path of this mapping
    Errors* errors_;
    std::set<std::string> asked_;
};

// The root mapping of a file. A syntax error or a root that is not a mapping is an error with its place.
Expected<YAML::Node> load_yaml(const std::filesystem::path& path);

// What T is called in a message.
template <typename T>
std::string yaml_type_name() {
    if constexpr (std::is_same_v<T, bool>)
        return "true or false";
    else if constexpr (std::is_integral_v<T>)
        return "an integer";
    else if constexpr (std::is_floating_point_v<T>)
        return "a number";
    else if constexpr (std::is_same_v<T, std::string>)
        return "a text";
    else
        return "a list";
}

template <typename T>
bool YamlMapping::read(const std::string& key, T& value) {
    YAML::Node found = find(key);
    if (!found.IsDefined()) return false;
    try {
        value = found.as<T>();
        return true;
    } catch (const YAML::Exception&) {
        std::string text = found.IsScalar() ? "\"" + found.Scalar() + "\"" : "this value";
        error(key, fmt::format("{} is not {}", text, yaml_type_name<T>()));
        return false;
    }
}

template <typename T>
bool YamlMapping::require(const std::string& key, T& value) {
    if (!has(key)) {
        asked_.insert(key);
        error({}, fmt::format("key \"{}\" is missing", full(key)));
        return false;
    }
    return read(key, value);
}

template <typename Enum>
bool YamlMapping::read_word(const std::string& key, Enum& value,
                            const std::vector<std::pair<std::string, Enum>>& words) {
    std::string text;
    if (!read(key, text)) return false;
    std::string known;
    for (const auto& [word, meaning] : words) {
        if (word == text) {
            value = meaning;
            return true;
        }
        known += (known.empty() ? "" : ", ") + word;
    }
    error(key, fmt::format("\"{}\" is not known", text), "one of: " + known);
    return false;
}

}  // namespace macaw
