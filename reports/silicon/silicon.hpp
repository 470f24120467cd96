// The silicon step: generated RTL and its port stimulus become area, least period, power and energy per MAC
// on a cell library, each figure with how it was obtained.
//
// Writes into the output folder: netlist.v, netlist.json, yosys.log, sta.log and the scripts,
// area_by_module.csv, critical_path.txt, power_by_module.csv, energy_by_layer.csv, activity.saif where it is
// asked for, metrics.json; for the trap twin and the interface, folders of their names with the same, without
// power; with recipe `best` recipes.csv and folders recipes/NAME.
#pragma once

#include <filesystem>
#include <optional>

#include "golden/support/metrics.hpp"
#include "reports/silicon/best_recipe.hpp"
#include "reports/silicon/energy.hpp"
#include "reports/silicon/options.hpp"
#include "reports/silicon/power.hpp"
#include "reports/silicon/synthesis.hpp"
#include "reports/silicon/timing.hpp"

namespace macaw::reports {

struct SiliconInputs {
    std::filesystem::path rtl;                      // folder of `macaw generate`, with array.json
    std::optional<std::filesystem::path> stimulus;  // stimulus.safetensors; without it no power
    // Beside the array, area and least period only: its trap twin, and what stands around it, with the array
    // in it (interface/ of `macaw generate`).
    std::optional<std::filesystem::path> trap_rtl = {};
    std::optional<std::filesystem::path> interface_rtl = {};
};

struct Netlist {
    Synthesis synthesis;
    Timing timing;
};

struct SiliconResult {
    Synthesis synthesis;
    Timing timing;
    std::optional<sim::Activity> activity;
    std::optional<Power> power;
    std::vector<LayerEnergy> layers;       // with power
    std::vector<RecipeCandidate> recipes;  // with recipe `best`: all that were tried
    std::optional<Netlist> trap;
    std::optional<Netlist> interface;
    Metrics metrics;
};

// `folder` exists (the partial one of an OutputFolder).
Expected<SiliconResult> run_silicon(const SiliconOptions& options, const SiliconInputs& inputs,
                                    const std::filesystem::path& folder);

}  // namespace macaw::reports
