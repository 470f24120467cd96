// Comparisons that every combination of a sweep must pass, each a text of three words:
//
//     require:
//       - datapath.inner_bits <= datapath.outer_bits
//       - array.lanes divides datapath.tile
//       - array.rows != 3
//
// A side is a number, or a key with numbers that the axes, `set` or the base configuration give.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/sweep_axes.hpp"

namespace macaw::cli {

enum class Comparison { Less, LessOrEqual, Greater, GreaterOrEqual, Equal, NotEqual, Divides };

struct RequiredSide {
    std::string key;                    // empty: the number alone
    std::optional<double> else_number;  // where the combination does not set the key
};

struct Requirement {
    RequiredSide left, right;
    Comparison comparison = Comparison::Equal;
};

// `fixed`: what `set` and the base say for the keys. Records all errors.
std::vector<Requirement> read_requirements(YamlMapping& root, const std::vector<Axis>& axes,
                                           const std::vector<std::pair<std::string, YAML::Node>>& fixed);

bool holds(const Requirement& requirement, const Setting& setting);

}  // namespace macaw::cli
