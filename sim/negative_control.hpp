// Negative controls of the co-simulation: layers whose codes nothing constrains, in accumulators that are too
// narrow for them. They overflow, and golden, C++ model and RTL must still agree on every value and every
// flag, in all modes. A co-simulation that only ever saw sums that fit would not notice a wrong wrap, a wrong
// saturation or a dead flag.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "sim/cosimulation.hpp"

namespace macaw::sim {

// All layers in one mode at one width.
struct NegativeControlRun {
    golden::Datapath datapath;  // with widths and modes of this run
    LayerCosimulation rtl;      // sums over the layers
    LayerCosimulation model;    // the C++ model on the same outputs
};

struct NegativeControlResult {
    std::vector<NegativeControlRun> runs;
    std::int64_t wrapped_outputs = 0;    // compared in the RTL with a wrapped value (wrap mode)
    std::int64_t saturated_outputs = 0;  // compared in the RTL with a saturated value
    std::int64_t outputs = 0;            // compared in all runs, RTL and C++ model together
    Comparison comparison;               // of all of them
    // CheckFailed when an output differs, or when fewer than `least` outputs wrapped or saturated: then the
    // control did not test what it is for.
    Expected<void> verdict(std::int64_t least = 1000) const;
};

// For each P_I in `inner_bits` (P_O - P_I stays as in `datapath`) and each mode: builds the array, runs all
// layers.
Expected<NegativeControlResult> run_negative_control(std::span<const LayerData> layers,
                                                     const golden::Datapath& datapath,
                                                     std::span<const golden::BitWidth> inner_bits,
                                                     const hw::ArrayConfig& array,
                                                     const std::filesystem::path& work_folder,
                                                     const std::string& command_line);

}  // namespace macaw::sim
