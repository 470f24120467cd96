// See mutation.hpp.
#include "sim/mutation/mutation.hpp"

#include <algorithm>
#include <functional>
#include <sstream>

#include "embedded/sim_templates.hpp"
#include "golden/support/parallel.hpp"
#include "golden/support/process.hpp"
#include "golden/support/progress.hpp"
#include "hw/array/generate_array.hpp"
#include "hw/array/write_rtl.hpp"
#include "sim/mutation/equivalence.hpp"
#include "sim/mutation/mutated_netlist.hpp"
#include "sim/simulator_program.hpp"

namespace macaw::sim {

namespace fs = std::filesystem;

namespace {

class Stopwatch {
  public:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Yosys' text is not meant to be linted.
Expected<SimulatorProgram> build_mutated(const MutatedNetlist& netlist) {
    const std::string main_text = "#define MACAW_BENCH_ONLY\n" + std::string(embedded::sim_array_driver_cpp) +
                                  std::string(embedded::sim_mutation_driver_cpp);
    return build_simulator(
        netlist.rtl(), netlist.folder / "simulator",
        {"mutation_driver.cpp",
         main_text,
         {"--cc", "-MAKEFLAGS", "OPT_FAST=-O2", "-Wno-fatal", "-Wno-lint", "-Wno-style", "-Wno-UNOPTFLAT"}});
}

// The list of jobs for the driver.
Expected<fs::path> write_jobs(const std::vector<RegressionJob>& jobs, const fs::path& folder) {
    std::string list;
    for (std::size_t index = 0; index < jobs.size(); ++index) {
        const std::string stem = fs::absolute(folder / fmt::format("job{}", index)).string();
        try {
            job::write_job(stem + ".job", jobs[index].job);
            job::write_result(stem + ".expected", jobs[index].expected);
        } catch (const std::runtime_error& problem) {
            return fail(ErrorKind::System, "{}", problem.what());
        }
        list += fmt::format("{0}.job\n{0}.expected\n", stem);
    }
    MACAW_CHECK(write_text(folder / "jobs.txt", list));
    return folder / "jobs.txt";
}

class Regression {
  public:
    Regression(const SimulatorProgram& simulator, fs::path jobs_file, const std::vector<RegressionJob>& jobs)
        : simulator_(simulator), jobs_file_(std::move(jobs_file)), jobs_(jobs) {}

    // Mutants first..last; outcome i belongs to mutant first + i. Survivors are Undecided so far.
    Expected<std::vector<MutantOutcome>> play(int first, int last) const {
        MACAW_CHECK(stop_if_interrupted());
        auto output = run_tool(
            {simulator_.program.string(), jobs_file_.string(), std::to_string(first), std::to_string(last)});
        MACAW_CHECK(stop_if_interrupted());
        if (!output) return tl::unexpected(std::move(output).error());
        std::vector<MutantOutcome> outcomes;
        std::istringstream lines(*output);
        for (std::string line; std::getline(lines, line);) {
            MACAW_TRY(MutantOutcome outcome, read_line(line, first + static_cast<int>(outcomes.size())));
            outcomes.push_back(std::move(outcome));
        }
        if (static_cast<int>(outcomes.size()) != last - first + 1)
            return fail(ErrorKind::ToolFailed, "the simulator answered for {} of {} mutants", outcomes.size(),
                        last - first + 1);
        return outcomes;
    }

  private:
    // "7 survived" or "7 killed 3 output row 12 differs"
    Expected<MutantOutcome> read_line(const std::string& line, int number) const {
        std::istringstream words(line);
        int found = -1;
        std::string verdict;
        words >> found >> verdict;
        MutantOutcome outcome;
        if (found == number && verdict == "survived") return outcome;
        std::size_t job = jobs_.size();
        words >> job >> std::ws;
        if (found != number || verdict != "killed" || job >= jobs_.size())
            return fail(ErrorKind::ToolFailed, "the simulator said \"{}\" about mutant {}", line, number);
        outcome.status = MutantStatus::Killed;
        outcome.killed_by = jobs_[job].name;
        std::getline(words, outcome.reason);
        return outcome;
    }

    const SimulatorProgram& simulator_;
    fs::path jobs_file_;
    const std::vector<RegressionJob>& jobs_;
};

Expected<void> play_all(const Regression& regression, MutationResult& result) {
    // Without a mutant the netlist must be the array, or a kill means nothing.
    MACAW_TRY(std::vector<MutantOutcome> unchanged, regression.play(0, 0));
    if (unchanged[0].status == MutantStatus::Killed)
        return fail(ErrorKind::CheckFailed, "the netlist without a mutant is not the array: {}: {}",
                    unchanged[0].killed_by, unchanged[0].reason);
    constexpr int kChunk = 10;  // mutants a process
    const int count = static_cast<int>(result.outcomes.size());
    Progress progress("mutants against the regression", count);
    return parallel_for(
        static_cast<std::size_t>((count + kChunk - 1) / kChunk), [&](std::size_t chunk) -> Expected<void> {
            const int first = static_cast<int>(chunk) * kChunk + 1;
            const int last = std::min(count, first + kChunk - 1);
            MACAW_TRY(std::vector<MutantOutcome> played, regression.play(first, last));
            for (int number = first; number <= last; ++number) {
                MutantOutcome& outcome = result.outcomes[static_cast<std::size_t>(number - 1)];
                MutantOutcome& seen = played[static_cast<std::size_t>(number - first)];
                seen.mutant = std::move(outcome.mutant);
                outcome = std::move(seen);
            }
            progress.advance(last - first + 1);
            return {};
        });
}

Expected<void> decide_survivors(const MutatedNetlist& netlist, MutationResult& result) {
    std::vector<Mutant> mutants;
    for (const MutantOutcome& outcome : result.outcomes)
        if (outcome.status != MutantStatus::Killed) mutants.push_back(outcome.mutant);
    MACAW_TRY(auto verdicts, decide_equivalence(netlist, mutants, result.options.solver_limit));
    std::size_t next = 0;
    for (MutantOutcome& outcome : result.outcomes) {
        if (outcome.status == MutantStatus::Killed) continue;
        outcome.status = verdicts[next].status;
        outcome.reason = verdicts[next].reason;
        ++next;
    }
    return {};
}

using MakeNetlist = std::function<Expected<MutatedNetlist>(const fs::path& rtl, const fs::path& folder)>;

Expected<MutationResult> run(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                             const MutationOptions& options, const fs::path& folder,
                             const MakeNetlist& make) {
    for (const char* tool : {"yosys", "verilator", "berkeley-abc"}) MACAW_CHECK(check_program(tool));
    MutationResult result;
    result.datapath = datapath;
    result.array = array;
    result.options = options;
    MACAW_TRY(rtl::Design design, hw::generate_array(datapath, array));
    MACAW_TRY(std::vector<RegressionJob> jobs, make_regression(design, datapath, array, options.regression));
    result.jobs = jobs.size();
    for (const RegressionJob& job : jobs) {
        result.outputs += job.outputs;
        result.cycles += static_cast<std::int64_t>(job.expected.header.cycles);
    }

    Stopwatch build;
    std::error_code problem;
    fs::create_directories(folder / "rtl", problem);
    if (problem) return fail(Error{ErrorKind::System, problem.message(), {}, {folder.string()}});
    MACAW_CHECK(hw::write_rtl(folder / "rtl", design, datapath, array, "macaw mutate"));
    MACAW_TRY(MutatedNetlist netlist, make(folder / "rtl", folder / "netlist"));
    MACAW_TRY(SimulatorProgram simulator, build_mutated(netlist));
    result.build_seconds = build.seconds();

    for (const Mutant& mutant : netlist.mutants) result.outcomes.push_back({mutant, {}, {}, {}});
    Stopwatch regression;
    MACAW_TRY(fs::path jobs_file, write_jobs(jobs, folder));
    MACAW_CHECK(play_all(Regression(simulator, jobs_file, jobs), result));
    result.regression_seconds = regression.seconds();

    Stopwatch solver;
    MACAW_CHECK(decide_survivors(netlist, result));
    result.solver_seconds = solver.seconds();
    return result;
}

}  // namespace

std::int64_t MutationResult::count(MutantStatus status) const {
    return std::count_if(outcomes.begin(), outcomes.end(),
                         [&](const MutantOutcome& outcome) { return outcome.status == status; });
}

double MutationResult::score() const {
    auto relevant = static_cast<std::int64_t>(outcomes.size()) - count(MutantStatus::Equivalent);
    return relevant == 0 ? 1.0
                         : static_cast<double>(count(MutantStatus::Killed)) / static_cast<double>(relevant);
}

bool MutationResult::passed() const {
    constexpr std::int64_t kUndecidedPercent = 2;
    return count(MutantStatus::Survived) == 0 &&
           count(MutantStatus::Undecided) * 100 <=
               kUndecidedPercent * static_cast<std::int64_t>(outcomes.size());
}

Expected<MutationResult> run_mutation(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                                      const MutationOptions& options, const fs::path& work_folder) {
    MACAW_CHECK(hw::require_synthesisable(array));
    return run(datapath, array, options, work_folder, [&](const fs::path& rtl, const fs::path& folder) {
        return make_mutated_netlist(rtl, folder, options.count, options.seed);
    });
}

Expected<MutationResult> run_mutation(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                                      const MutationOptions& options, std::vector<Mutant> mutants,
                                      const fs::path& work_folder) {
    return run(datapath, array, options, work_folder, [&](const fs::path& rtl, const fs::path& folder) {
        return make_mutated_netlist(rtl, folder, std::move(mutants));
    });
}

}  // namespace macaw::sim
