// The array in Icarus Verilog, a four-valued simulator that shares no code with Verilator: the RTL, or a gate
// netlist with cell models. It is driven pin by pin, cycle by cycle, with what the C++ model saw on its ports
// (PortTrace), and must answer every cycle as the model did: in_ready_o and out_valid_o in each one, known
// values in each row of outputs. The rows become a recording like that of the other simulators.
#pragma once

#include <filesystem>
#include <vector>

#include "sim/job.hpp"
#include "sim/model/port_trace.hpp"

namespace macaw::sim {

struct IcarusProgram {
    std::filesystem::path program;  // for vvp
    golden::Datapath datapath;
    hw::ArrayConfig array;
};

// Compiles the files that <rtl_folder>/array.json names into `build_folder`.
Expected<IcarusProgram> build_icarus_array(const std::filesystem::path& rtl_folder,
                                           const std::filesystem::path& build_folder);

// `trace`: of the same job in the C++ model. Works in a folder of its own below `scratch_folder`. Errors:
// CheckFailed, with the cycle, where the array answers otherwise or with an unknown value.
Expected<job::Result> run_icarus(const IcarusProgram& icarus, const job::Job& job, const PortTrace& trace,
                                 const std::filesystem::path& scratch_folder);

}  // namespace macaw::sim
