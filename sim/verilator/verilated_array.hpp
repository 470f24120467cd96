// The array's RTL as a fast C++ simulator (verilator --cc), built at run time of macaw.
#pragma once

#include "sim/simulator_program.hpp"

namespace macaw::sim {

Expected<SimulatorProgram> build_verilated_array(const std::filesystem::path& rtl_folder,
                                                 const std::filesystem::path& build_folder);

}  // namespace macaw::sim
