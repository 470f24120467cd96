#include "sim/signoff/failing_window.hpp"

#include "golden/support/progress.hpp"
#include "sim/verilator/verilated_array.hpp"

namespace macaw::sim {

Expected<FailingWindow> write_failing_window(const std::filesystem::path& rtl, const PlayedJob& job,
                                             const SignoffFailure& failure,
                                             const std::vector<std::string>& verilator_options,
                                             const std::filesystem::path& work_folder,
                                             const std::filesystem::path& file) {
    std::vector<std::string> options = verilator_options;
    options.emplace_back("--trace-fst");
    MACAW_TRY(SimulatorProgram tracing, build_verilated_array(rtl, work_folder / "tracing", options));
    job::Job again = job.job;
    FailingWindow window{file, failure.in_cycle.value_or(0), 0, 0};
    if (failure.row) {  // a first run tells in which cycle that row of outputs left the array
        again.header.watched_row = static_cast<std::uint64_t>(*failure.row);
        MACAW_TRY(job::Result recording, run_simulator(tracing, again, work_folder, "watch"));
        window.cycle = recording.header.watched_cycle;
    }
    window.from = window.cycle > kCyclesBefore ? window.cycle - kCyclesBefore : 0;
    window.to = window.cycle + kCyclesBehind;
    again.header.trace_from = window.from;
    again.header.trace_to = window.to;
    auto traced = run_simulator(tracing, again, work_folder, "trace", file);
    // A protocol violation ends the simulator with an error, after the waveform was closed.
    if (!traced && (traced.error().kind == ErrorKind::Interrupted || !std::filesystem::exists(file)))
        return fail(traced.error());
    return window;
}

}  // namespace macaw::sim
