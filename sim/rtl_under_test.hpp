// Generated arrays of a given datapath on their way to a simulator: RTL and Verilated program below one
// folder.
#pragma once

#include <filesystem>
#include <string>

#include "hw/rtl/design.hpp"
#include "sim/simulator_program.hpp"

namespace macaw::sim {

// The datapath with one overflow mode at both levels, checked after every L products as the array does.
golden::Datapath with_mode(golden::Datapath datapath, golden::OverflowMode mode,
                           const hw::ArrayConfig& array);

// Generates the array into <folder>/rtl and builds its Verilated simulator in <folder>/verilated, or finds it
// there.
Expected<SimulatorProgram> build_generated_array(const golden::Datapath& datapath,
                                                 const hw::ArrayConfig& array,
                                                 const std::filesystem::path& folder,
                                                 const std::string& command_line);

// As above for a design that was changed after generation.
Expected<SimulatorProgram> build_design(const rtl::Design& design, const golden::Datapath& datapath,
                                        const hw::ArrayConfig& array, const std::filesystem::path& folder,
                                        const std::string& command_line);

}  // namespace macaw::sim
