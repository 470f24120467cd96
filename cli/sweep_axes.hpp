// The axes of a sweep: positions with the keys that they set, and the combinations that are left out
// (sweep_grid.hpp has their grid). Knows nothing of what the keys mean.
//
// An axis is a mapping of keys to lists of values, which advance together; the same written as rows; or one
// name with named settings:
//
//     - datapath.weight_bits: [4, 5]
//       datapath.activation_bits: [8, 6]
//     - keys: [datapath.weight_bits, datapath.activation_bits]
//       rows: [[4, 8], [5, 6]]
//     - method:
//         plain: {}
//         searched: {quantizer.scale_search: true}
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "golden/support/yaml.hpp"

namespace macaw::cli {

// One position on an axis, or a combination of positions.
struct Setting {
    std::vector<std::pair<std::string, YAML::Node>> keys;    // dotted key of the configuration, value
    std::vector<std::pair<std::string, std::string>> shown;  // (name, value) as a reader sees it
};
using Axis = std::vector<Setting>;

// The axes of the list `axes`. A key is shown by its last word, in full where two axes have the same one; of
// keys that advance together as many are shown as tell the positions apart. Records all errors.
std::vector<Axis> read_axes(YamlMapping& root);

// A combination is left out if it has, for every name, one of the values.
using Exclusion = std::vector<std::pair<std::string, std::vector<std::string>>>;

// The list `exclude`: mappings of names to a value or a list of values. A name is a shown one or a key that
// some axis sets. Records all errors.
std::vector<Exclusion> read_exclusions(YamlMapping& root, const std::vector<Axis>& axes);

// The value that a combination shows under this name, or sets for this key; empty: neither.
std::string value_in(const Setting& setting, const std::string& name);

// "weight_bits_4-method_plain": of letters, digits, '_' and '-' only.
std::string name_of(const Setting& setting);

}  // namespace macaw::cli
