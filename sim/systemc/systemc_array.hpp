// The array's RTL as a module of a SystemC platform (verilator --sc) with a clock, a driver and a monitor
// process. Same jobs in, same results out as the plain Verilated array: the two must be equal to the cycle.
#pragma once

#include "sim/simulator_program.hpp"

namespace macaw::sim {

Expected<SimulatorProgram> build_systemc_array(const std::filesystem::path& rtl_folder,
                                               const std::filesystem::path& build_folder);

}  // namespace macaw::sim
