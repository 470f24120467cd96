// The vector MAC units of a comparison file, and their arithmetic forms:
//
//     units:                                   # every combination of a unit's values is one unit
//       - {lanes: 16, weight_bits: 4, activation_bits: [4, 8], accumulator_bits: [12, 16, 20]}
//     structural: {multiplier: [booth], reduction: [dadda], adder: [operator], accumulation: [resolved]}
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/ranges.h>

#include "golden/support/yaml.hpp"
#include "hw/arith/dot_product.hpp"

namespace macaw::reports {

// One value or a list of them; an empty list is recorded as an error.
template <typename T>
std::vector<T> read_values(YamlMapping& yaml, const std::string& key, std::vector<T> otherwise) {
    std::optional<YAML::Node> node = yaml.node(key);
    if (!node) return otherwise;
    std::vector<T> values;
    if (node->IsSequence()) {
        yaml.read(key, values);
        if (node->size() == 0) yaml.error(key, "is an empty list");
    } else if (T value{}; yaml.read(key, value)) {
        values.push_back(value);
    }
    return values;
}

// One word or a list of them.
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
std::vector<Enum> all_words(const std::vector<std::pair<std::string, Enum>>& words) {
    std::vector<Enum> values;
    for (const auto& entry : words) values.push_back(entry.second);
    return values;
}

// Every combination of the values under the key `structural` of `root`; a key that is left out takes all.
// Empty where `root` has no such key.
std::vector<hw::StructuralForm> read_structural(YamlMapping& root);

// The list `units` of `root`, in its order, each unit once. Errors are recorded: no list, an empty one,
// values outside the limits of the datapath (golden/datapath.hpp) or of what the open tools handle as one
// unit.
std::vector<hw::DotProductShape> read_units(YamlMapping& root);

}  // namespace macaw::reports
