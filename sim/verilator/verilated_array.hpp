// The array's RTL as a fast C++ simulator (verilator --cc), built at run time of macaw.
#pragma once

#include "sim/simulator_program.hpp"

namespace macaw::sim {

// How arrays are built for speed.
std::vector<std::string> verilated_array_options();

// `options`: further ones of verilator (--trace-fst, --coverage-line ...).
Expected<SimulatorProgram> build_verilated_array(const std::filesystem::path& rtl_folder,
                                                 const std::filesystem::path& build_folder,
                                                 const std::vector<std::string>& options = {});

}  // namespace macaw::sim
