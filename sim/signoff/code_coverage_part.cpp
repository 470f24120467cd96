#include "sim/signoff/code_coverage_part.hpp"

#include "golden/support/process.hpp"
#include "hw/array/generate_array.hpp"
#include "hw/array/write_rtl.hpp"
#include "sim/coverage/stuck_bits.hpp"
#include "sim/signoff/simulation_checks.hpp"
#include "sim/verilator/verilated_array.hpp"

namespace macaw::sim {

namespace fs = std::filesystem;

namespace {

// Without a limit Verilator leaves out signals of more than 256 bits.
const std::vector<std::string> kCountingOptions = {"--coverage-line", "--coverage-toggle",
                                                   "--coverage-max-width", "65536"};

SignoffCheck check_of(const char* what, const CodeCoverage& coverage, const SimulatorResult& run) {
    SignoffCheck check;
    check.name = fmt::format("{} coverage of the RTL", what);
    check.method = run.method + fmt::format(", {} jobs, instances of a module together", run.jobs);
    std::int64_t explained = coverage.explained();
    check.figure = fmt::format(
        "{} of {} points ({:.2f} %, at least {:.0f} wanted); {} holes, {} of them proven "
        "constant",
        grouped(coverage.covered), grouped(coverage.points), coverage.percent(), kLeastCodeCoverage,
        coverage.holes.size(), explained);
    if (run.failure) check.figure += "; but " + run.failure->place;
    check.status =
        coverage.percent() >= kLeastCodeCoverage && !run.failure ? CheckStatus::Passed : CheckStatus::Failed;
    return check;
}

void add(SignoffPart& part, const char* word, const char* what, const CodeCoverage& coverage,
         const SimulatorResult& run) {
    part.checks.push_back(check_of(what, coverage, run));
    const std::string key = fmt::format("verify__code__{}_", word), how = part.checks.back().method;
    part.metrics.add(key + "covered__percent", coverage.percent(), how);
    part.metrics.add(key + "points__count", coverage.points, how);
    part.metrics.add(key + "unexplained_holes__count",
                     static_cast<std::int64_t>(coverage.holes.size()) - coverage.explained(), how);
}

}  // namespace

Expected<CodeCoverageResult> run_code_coverage(const SimulationResult& simulated,
                                               const fs::path& work_folder) {
    CodeCoverageResult result;
    if (!find_program("verilator")) {
        for (const char* what : {"Line", "Toggle"})
            result.part.checks.push_back({fmt::format("{} coverage of the RTL", what), "",
                                          "verilator is not installed", CheckStatus::Skipped});
        return result;
    }
    const SignoffStimulus& stimulus = simulated.arrays.front().stimulus;
    const fs::path counts = fs::absolute(work_folder / "counts");
    std::error_code problem;
    fs::create_directories(counts, problem);
    if (problem) return fail(Error{ErrorKind::System, problem.message(), {}, {counts.string()}});
    MACAW_TRY(SimulatorProgram program,
              build_verilated_array(simulated.rtl, work_folder / "counting", kCountingOptions));
    MACAW_TRY(std::string version, run_tool({"verilator", "--version"}));
    SignoffSimulator simulator{"counting coverage",
                               version.substr(0, version.find(' ', version.find(' ') + 1)),
                               [&](const PlayedJob& job, const fs::path& scratch) {
                                   return run_simulator(program, job.job, scratch, "job",
                                                        counts / (scratch.filename().string() + ".dat"));
                               },
                               0, simulated.rtl};
    MACAW_TRY(SimulatorResult run, run_signoff_simulator(simulator, stimulus, work_folder / "scratch"));
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(counts)) files.push_back(entry.path());
    MACAW_TRY(std::vector<CoveragePoint> points, read_code_coverage(files));
    MACAW_TRY(hw::RtlManifest manifest, hw::read_rtl(simulated.rtl));
    std::set<std::string> constants;
    std::vector<fs::path> sources;
    for (const std::string& file : manifest.files) sources.push_back(fs::absolute(simulated.rtl / file));
    MACAW_TRY(rtl::Design design, hw::generate_array(stimulus.datapath, stimulus.array));
    if (find_program("yosys")) {
        MACAW_TRY(constants, constant_bits(design, sources, work_folder));
    }
    result.lines = summarize_code_coverage(points, false, constants);
    result.toggles = summarize_code_coverage(points, true, constants);
    if (find_program("yosys"))
        MACAW_CHECK(explain_stuck_bits(result.toggles.holes, design, sources, work_folder));
    add(result.part, "line", "Line", result.lines, run);
    add(result.part, "toggle", "Toggle", result.toggles, run);
    return result;
}

std::string hole_listing(const CodeCoverageResult& result) {
    std::string text = "Points of the RTL that the stimulus did not reach, and why.\n";
    for (const CodeCoverage* coverage : {&result.lines, &result.toggles})
        for (const CoverageHole& hole : coverage->holes)
            text +=
                fmt::format("{}:{}: {} {}.{}: {}\n", hole.point.file, hole.point.line,
                            hole.point.is_toggle ? "toggle" : "line", hole.point.module, hole.point.object,
                            hole.explanation.empty() ? "unexplained" : hole.explanation);
    return text;
}

}  // namespace macaw::sim
