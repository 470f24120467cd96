// The Verilated RTL of an array, a cycle at a time: built as a shared library and loaded into this process.
#pragma once

#include <filesystem>
#include <memory>

#include "sim/simulator_program.hpp"
#include "sim/templates/cycle_array.hpp"

namespace macaw::sim {

// The library of a folder of RTL (SimulatorProgram::program), or the one that an earlier call built.
Expected<SimulatorProgram> build_array_library(const std::filesystem::path& rtl_folder,
                                               const std::filesystem::path& build_folder);

// A fresh array; the library stays loaded as long as it lives.
Expected<std::unique_ptr<CycleArray>> load_verilated_cycle_array(const SimulatorProgram& library,
                                                                 std::uint64_t seed = 0);

}  // namespace macaw::sim
