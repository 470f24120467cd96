// The vector MAC units of a comparison file:
//
//     units:                                   # every combination of a unit's values is one unit
//       - {lanes: 16, weight_bits: 4, activation_bits: [4, 8], accumulator_bits: [12, 16, 20]}
#pragma once

#include <string>
#include <vector>

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

// The list `units` of `root`, in its order, each unit once. Errors are recorded: no list, an empty one,
// values outside the limits of the datapath (golden/datapath.hpp) or of what the open tools handle as one
// unit.
std::vector<hw::DotProductShape> read_units(YamlMapping& root);

}  // namespace macaw::reports
