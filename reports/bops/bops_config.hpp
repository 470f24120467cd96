// A study of the cost proxy BOps = K (M N + (1 - sparsity) P) (arXiv 2409.17092, Eq. 5 and Figure 2): which
// vector MAC units are synthesised, and which operands they are given.
//
//     name: figure2
//     title: BOps against bit flips
//     units:                                  # forms/unit_config.hpp; signed
//       - {lanes: [32, 64], weight_bits: 4, activation_bits: [4, 8], accumulator_bits: [12, 16]}
//     plain: vector_mac_baseline.sv           # RTL with parameters K, M, N, P; relative to the file
//     library: osu018                         # a name, a Liberty file, or a list of the files of one
//     recipe: least_area_sized
//     clock_mhz: 100                          # of the power
//     activity: {cycles: 256, beats: 8, sparsity: 0, seed: 1}   # sim/netlist/vector_mac_replay.hpp
#pragma once

#include "reports/forms/form_config.hpp"
#include "sim/netlist/vector_mac_replay.hpp"

namespace macaw::reports {

struct BopsConfig {
    std::string name;
    std::string title;
    std::vector<hw::DotProductShape> units;
    std::filesystem::path plain;
    std::vector<std::string> library = {"osu018"};
    Recipe recipe = Recipe::LeastAreaSized;
    double clock_mhz = 100;
    sim::VectorMacSample activity;
};

// All errors at once.
tl::expected<BopsConfig, Errors> read_bops_config(const std::filesystem::path& file);

}  // namespace macaw::reports
