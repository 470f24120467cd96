// A comparison of arithmetic forms: which vector MAC units, in which forms, with which libraries and recipes.
//
//     name: w4a8
//     title: 16 lanes, W4A8
//     units:                                   # unit_config.hpp
//       - {lanes: 16, weight_bits: 4, activation_bits: 8, accumulator_bits: [12, 16, 20]}
//     libraries: [osu018, [cells/a.lib, cells/b.lib.gz]]   # names, files, or lists of the files of one
//     recipes: [balanced, least_area]          # left out: all
//     behavioural: true                        # `*` and `+`, with and without alumacc
//     plain: vector_mac_baseline.sv            # likewise this RTL, parameters K, M, N, P
//     structural: {multiplier: [booth], reduction: [dadda], adder: [operator], accumulation: [resolved]}
//
// Paths are relative to the file. A unit is hw/array/vector_mac_unit.hpp: input registers, accumulator,
// output register, equal in all forms.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hw/arith/dot_product.hpp"
#include "reports/silicon/options.hpp"

namespace macaw::reports {

struct FormsConfig {
    std::string name;
    std::string title;
    std::vector<hw::DotProductShape> units;  // signed or unsigned activations, wrap
    std::vector<std::vector<std::string>> libraries = {{"osu018"}};
    std::vector<Recipe> recipes;
    bool behavioural = true;
    std::optional<std::filesystem::path> plain;
    std::vector<hw::StructuralForm> structural;
};

// All errors at once. Whether a library is installed is asked when it is used.
tl::expected<FormsConfig, Errors> read_forms_config(const std::filesystem::path& file);

}  // namespace macaw::reports
