#include "sim/verilator/verilated_array.hpp"

#include "embedded/sim_templates.hpp"

namespace macaw::sim {

// The makefile's default of -Os costs half the speed. Reassociation makes trees of the long sums of a dot
// product, whose many open terms do not fit the registers of the processor: a fifth of the speed.
std::vector<std::string> verilated_array_options() {
    return {"--cc", "-MAKEFLAGS", "OPT_FAST='-O3 -fno-tree-reassoc'"};
}

Expected<SimulatorProgram> build_verilated_array(const std::filesystem::path& rtl_folder,
                                                 const std::filesystem::path& build_folder,
                                                 const std::vector<std::string>& options) {
    SimulatorRecipe recipe{"array_driver.cpp", embedded::sim_array_driver_cpp, verilated_array_options()};
    recipe.options.insert(recipe.options.end(), options.begin(), options.end());
    return build_simulator(rtl_folder, build_folder, recipe);
}

}  // namespace macaw::sim
