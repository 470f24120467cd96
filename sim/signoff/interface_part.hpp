// The part of the sign-off about what stands around the array: macaw_axi, with its requantizer, plays jobs
// through its registers and streams in simulators that share no code, by the testbench that macaw generate
// writes too.
#pragma once

#include <filesystem>
#include <functional>

#include "hw/stream/axi_wrapper.hpp"
#include "sim/signoff/check.hpp"

namespace macaw::sim {

struct InterfaceOptions {
    std::filesystem::path work_folder;
    std::string command_line;
    int jobs = 3;  // each of `groups` groups, with 1, 2, ... tiles a dot product
    int groups = 6;
    std::uint64_t seed = 1;
    std::function<void(rtl::Design&)> fault;  // negative control: changes what is printed
};

// One line a simulator: Icarus and Verilator. A simulator that is not installed is a skipped line.
Expected<SignoffPart> run_interface(const hw::AxiWrapper& wrapper, const InterfaceOptions& options);

}  // namespace macaw::sim
