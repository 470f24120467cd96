// The waveform of a failure: the job is played again in a simulator that was built to write FST files, and
// only the cycles around the first difference go into the file.
#pragma once

#include "sim/signoff/simulators.hpp"

namespace macaw::sim {

struct FailingWindow {
    std::filesystem::path file;
    std::uint64_t cycle = 0;  // of the difference; time 10 * cycle in the file
    std::uint64_t from = 0;   // first and last cycle in the file
    std::uint64_t to = 0;
};

constexpr std::uint64_t kCyclesBefore = 40;
constexpr std::uint64_t kCyclesBehind = 4;

// `rtl`: folder with the array.json of what failed. `work_folder` keeps the simulator that is built.
Expected<FailingWindow> write_failing_window(const std::filesystem::path& rtl, const PlayedJob& job,
                                             const SignoffFailure& failure,
                                             const std::vector<std::string>& verilator_options,
                                             const std::filesystem::path& work_folder,
                                             const std::filesystem::path& file);

}  // namespace macaw::sim
