// A simulator that was built from generated SystemVerilog: a program that reads a job file and writes a
// result file. This file has what the kinds of simulator share: the manifest of the RTL, a build that is done
// once per content, and running a job. How each kind is built is in verilator/ and systemc/.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "golden/support/error.hpp"
#include "sim/job.hpp"

namespace macaw::sim {

struct SimulatorProgram {
    std::filesystem::path program;
    golden::Datapath datapath;  // what the RTL was generated for
    hw::ArrayConfig array;
    bool reused = false;  // an earlier build of the same RTL, main program, options and tool was still there
    double build_seconds = 0;  // 0 when reused
};

// How to turn a folder of RTL into a simulator with Verilator.
struct SimulatorRecipe {
    std::string_view main_name;  // file name of the main program
    std::string_view main_text;
    std::vector<std::string> options;  // of verilator, beside those that all kinds share
};

// Builds into `build_folder`, which belongs to this simulator; a stamp of everything that went in makes a
// second call free. Errors: a tool that is missing, or that failed (with its last lines).
Expected<SimulatorProgram> build_simulator(const std::filesystem::path& rtl_folder,
                                           const std::filesystem::path& build_folder,
                                           const SimulatorRecipe& recipe);

// Plays the job; its two files live in `scratch_folder` under `name` and are removed. Thread-safe for
// distinct names. `side_file`: where a simulator that was built for it writes coverage or waveforms.
Expected<job::Result> run_simulator(const SimulatorProgram& simulator, const job::Job& job,
                                    const std::filesystem::path& scratch_folder, const std::string& name,
                                    const std::filesystem::path& side_file = {});

}  // namespace macaw::sim
