// The part of the sign-off that simulates: one stimulus through every simulator there is, functional coverage
// of that stimulus, and a waveform of the first failing window of each simulator that failed.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hw/rtl/design.hpp"
#include "sim/signoff/check.hpp"
#include "sim/signoff/simulators.hpp"

namespace macaw::sim {

struct SimulationInput {
    golden::Datapath datapath;
    hw::ArrayConfig array;
    std::vector<SignoffJob> layers;  // of a quantized model; may be empty
    // Folder with array.json that names a gate netlist and its cells; or why there is none.
    std::optional<std::filesystem::path> netlist;
    std::string netlist_missing;
    std::string netlist_source;  // "Yosys 0.23, osu018"
    // Negative control: changes what is printed as SystemVerilog, not what the C++ model runs.
    std::function<void(rtl::Design&)> fault;
};

struct SimulationOptions {
    std::filesystem::path work_folder;    // simulators are built here
    std::filesystem::path output_folder;  // waveforms of failures
    RandomCampaign campaign;
    bool systemc = true;
    bool trap_twin = true;  // also the array in trap mode, where it is not that itself
    // Icarus is thousands of times slower than Verilator: beside real layers it plays the first jobs, up to
    // so many cycles.
    std::int64_t icarus_cycles = 4000;
    std::int64_t icarus_netlist_cycles = 2000;
    std::string command_line;
};

// An array in one pair of overflow modes.
struct SimulatedArray {
    std::string title;  // empty, or "trap twin"
    SignoffStimulus stimulus;
    std::vector<SimulatorResult> simulators;
    std::vector<std::pair<std::string, std::string>> skipped;  // simulator, reason
};

struct SimulationResult {
    std::vector<SimulatedArray> arrays;
    std::filesystem::path rtl;  // folder of the array as configured
    SignoffPart part;
};

Expected<SimulationResult> run_simulation(const SimulationInput& input, const SimulationOptions& options);

// Verilator's options for a netlist of library cells: its warnings are about styles that cells have.
std::vector<std::string> netlist_verilator_options();

}  // namespace macaw::sim
