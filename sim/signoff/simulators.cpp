// See simulators.hpp.
#include "sim/signoff/simulators.hpp"

#include <algorithm>
#include <chrono>
#include <regex>

#include "golden/support/parallel.hpp"
#include "golden/support/progress.hpp"

namespace macaw::sim {

namespace {

// What one job came to.
struct Judgement {
    Comparison comparison;
    std::int64_t cycles = 0;
    std::int64_t resets = 0;
    std::optional<SignoffFailure> failure;
};

std::string place_text(const PlayedJob& job, const Mismatch& mismatch, const hw::ArrayConfig& array) {
    auto group = static_cast<std::size_t>(mismatch.token / array.rows);
    return fmt::format("{}, group {} (K = {}), row {}, column {}: expected {}, got {}", job.name, group,
                       job.lengths.at(group), mismatch.token % array.rows, mismatch.channel % array.columns,
                       mismatch.expected, mismatch.actual);
}

// Protocol violations and unknown values are reported with a cycle.
std::optional<std::uint64_t> cycle_in(const std::string& text) {
    static const std::regex cycle(R"(in cycle (\d+))");
    std::smatch match;
    if (!std::regex_search(text, match, cycle)) return std::nullopt;
    return std::stoull(match[1]);
}

Judgement broke_off(const PlayedJob& job, std::size_t at, const Error& error) {
    Judgement judgement;
    judgement.comparison.outputs = static_cast<std::int64_t>(job.expected.size());
    judgement.comparison.mismatches = 1;
    judgement.failure = SignoffFailure{at, job.name + ": " + error.message, {}, cycle_in(error.message)};
    return judgement;
}

Judgement judge(const PlayedJob& job, std::size_t at, const job::Result& recording,
                const SignoffStimulus& stimulus) {
    Judgement judgement;
    Outputs outputs = decode(recording, stimulus.datapath, stimulus.array);
    judgement.comparison = compare_paired(job.name, job.expected, outputs, stimulus.datapath);
    judgement.cycles = static_cast<std::int64_t>(recording.header.cycles);
    judgement.resets = static_cast<std::int64_t>(recording.header.resets);
    if (job.model && job.model->header.cycles != recording.header.cycles) {
        ++judgement.comparison.mismatches;
        judgement.failure = SignoffFailure{at,
                                           fmt::format("{}: {} cycles, the C++ model has {}", job.name,
                                                       recording.header.cycles, job.model->header.cycles),
                                           {},
                                           {}};
    }
    if (const auto& first = judgement.comparison.first)
        judgement.failure = SignoffFailure{at, place_text(job, *first, stimulus.array), first->token, {}};
    return judgement;
}

void add(SimulatorResult& result, const Judgement& judgement) {
    ++result.jobs;
    result.outputs += judgement.comparison.outputs;
    result.mismatches += judgement.comparison.mismatches;
    result.cycles += judgement.cycles;
    result.resets += judgement.resets;
    if (!result.failure) result.failure = judgement.failure;
}

// How many jobs, from the first on, stay below the simulator's limit; at least one.
std::size_t affordable_jobs(const SignoffSimulator& simulator, const SignoffStimulus& stimulus) {
    if (simulator.most_cycles == 0) return stimulus.jobs.size();
    std::int64_t cycles = 0;
    std::size_t count = 0;
    for (const PlayedJob& job : stimulus.jobs) {
        cycles += static_cast<std::int64_t>(job.trace.cycles().size());
        if (count > 0 && cycles > simulator.most_cycles) break;
        ++count;
    }
    return count;
}

}  // namespace

SimulatorResult judge_model(const SignoffStimulus& stimulus) {
    SimulatorResult result;
    result.name = "C++ model";
    result.method = "the RTL graph run by rtl::Simulator";
    for (std::size_t at = 0; at < stimulus.jobs.size(); ++at) {
        const PlayedJob& job = stimulus.jobs[at];
        add(result, job.model ? judge(job, at, *job.model, stimulus) : broke_off(job, at, job.model.error()));
    }
    return result;
}

Expected<SimulatorResult> run_signoff_simulator(const SignoffSimulator& simulator,
                                                const SignoffStimulus& stimulus,
                                                const std::filesystem::path& scratch_folder) {
    const std::size_t count = affordable_jobs(simulator, stimulus);
    auto start = std::chrono::steady_clock::now();
    std::vector<Judgement> judgements(count);
    Progress progress(simulator.name, static_cast<std::int64_t>(count));
    MACAW_CHECK(parallel_for(count, [&](std::size_t at) -> Expected<void> {
        const PlayedJob& job = stimulus.jobs[at];
        MACAW_CHECK(stop_if_interrupted());
        if (auto recording = simulator.play(job, scratch_folder / fmt::format("job{}", at)); recording)
            judgements[at] = judge(job, at, *recording, stimulus);
        else if (recording.error().kind == ErrorKind::Interrupted)
            return fail(recording.error());
        else
            judgements[at] = broke_off(job, at, recording.error());
        progress.advance();
        return {};
    }));
    SimulatorResult result;
    result.name = simulator.name;
    result.method = simulator.method;
    for (const Judgement& judgement : judgements) add(result, judgement);
    result.jobs_left_out = static_cast<std::int64_t>(stimulus.jobs.size() - count);
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

}  // namespace macaw::sim
