// The simulators of a sign-off side by side: each plays the same jobs, and every output and flag of each is
// compared with golden. Those that are driven cycle by cycle must also take the C++ model's number of cycles.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/comparison.hpp"
#include "sim/signoff/stimulus.hpp"

namespace macaw::sim {

struct SignoffSimulator {
    std::string name;    // "Verilated RTL"
    std::string method;  // "Verilator 5.006"
    // Plays one job of the stimulus; `scratch` is a path of its own. Errors are findings, except Interrupted.
    std::function<Expected<job::Result>(const PlayedJob& job, const std::filesystem::path& scratch)> play;
    std::int64_t most_cycles = 0;  // slow simulators play the first jobs, up to so many cycles; 0: all
    // Folder with array.json from which Verilator can build what is simulated here, for waveforms.
    std::filesystem::path rtl;
};

// Where a simulator first differed.
struct SignoffFailure {
    std::size_t job = 0;
    std::string place;                // "corner vectors, group 3 (K = 33), row 1, column 2: expected ..."
    std::optional<std::int64_t> row;  // of outputs, counted through the job
    std::optional<std::uint64_t> in_cycle;  // where the message names one
};

struct SimulatorResult {
    std::string name;
    std::string method;
    std::int64_t jobs = 0;
    std::int64_t jobs_left_out = 0;  // beyond most_cycles
    std::int64_t outputs = 0;
    std::int64_t mismatches = 0;  // outputs, cycle counts, jobs that broke off
    std::int64_t cycles = 0;
    std::int64_t resets = 0;
    double seconds = 0;  // wall clock, all jobs
    std::optional<SignoffFailure> failure;
    std::filesystem::path waveform;  // of the failing window; set by write_failing_window
};

// Jobs are spread over the cores, each simulation in a process of its own. The first simulator to test is the
// C++ model, whose recordings the stimulus already holds.
SimulatorResult judge_model(const SignoffStimulus& stimulus);
Expected<SimulatorResult> run_signoff_simulator(const SignoffSimulator& simulator,
                                                const SignoffStimulus& stimulus,
                                                const std::filesystem::path& scratch_folder);

}  // namespace macaw::sim
