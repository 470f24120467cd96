// What studies of vector MAC units that count toggles have in common: the units, how they are synthesised,
// which operands they are given.
//
//     name: figure2
//     title: BOps against bit flips
//     units:                                  # unit_config.hpp; signed
//       - {lanes: [32, 64], weight_bits: 4, activation_bits: [4, 8], accumulator_bits: [12, 16]}
//     plain: vector_mac_baseline.sv           # RTL with parameters K, M, N, P; relative to the file
//     library: osu018                         # a name, a Liberty file, or a list of the files of one
//     recipe: least_area_sized
//     clock_mhz: 100                          # of the power
//     activity: {cycles: 256, beats: 8, sparsity: 0, seed: 1}   # sim/netlist/vector_mac_replay.hpp
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "reports/silicon/options.hpp"
#include "sim/netlist/vector_mac_replay.hpp"

namespace macaw::reports {

struct UnitStudy {
    std::string name;
    std::string title;
    std::vector<hw::DotProductShape> units;
    std::optional<std::filesystem::path> plain;
    std::vector<std::string> library = {"osu018"};
    Recipe recipe = Recipe::LeastAreaSized;
    double clock_mhz = 100;
    sim::VectorMacSample activity;
};

// Reads the keys above and records their errors; `study` holds the defaults. The caller finishes `root`.
void read_unit_study(YamlMapping& root, UnitStudy& study);

}  // namespace macaw::reports
