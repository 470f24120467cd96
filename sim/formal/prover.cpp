#include "sim/formal/prover.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "golden/support/file.hpp"
#include "golden/support/process.hpp"
#include "golden/support/progress.hpp"

namespace macaw::sim {
namespace fs = std::filesystem;

using Clock = std::chrono::steady_clock;

// The folder of one proof, with the log that every program's words are added to.
struct Prover::Run {
    fs::path folder;
    std::chrono::milliseconds limit;
    Clock::time_point start = Clock::now();
    std::string log = {};

    Expected<ProcessResult> program(const std::vector<std::string>& command) {
        MACAW_CHECK(stop_if_interrupted());
        ProcessOptions options;
        options.working_folder = folder;
        options.time_limit = limit;
        MACAW_TRY(ProcessResult result, run_process(command, options));
        std::ranges::replace(result.output, '\r', '\n');
        log += fmt::format("$ {}\n{}{}\n", fmt::join(command, " "), result.output,
                           result.timed_out ? "\nended at its time limit" : "");
        MACAW_CHECK(write_text(folder / "log.txt", log));
        return result;
    }

    tl::unexpected<Error> failed(const std::string& program, const ProcessResult& result) const {
        const std::size_t tail = result.output.size() > 600 ? result.output.size() - 600 : 0;
        return fail(Error{ErrorKind::ToolFailed,
                          fmt::format("{} failed with exit code {}:\n{}", program, result.exit_code,
                                      result.output.substr(tail)),
                          {},
                          {(folder / "log.txt").string()}});
    }

    Proof verdict(Verdict verdict, std::string note = {}) const {
        return {verdict, std::chrono::duration<double>(Clock::now() - start).count(), std::move(note)};
    }
    Proof out_of_time() const {
        return verdict(Verdict::Undecided, fmt::format("no answer in {} s", limit.count() / 1000));
    }
};

namespace {

bool says(const ProcessResult& result, const char* words) {
    return result.output.find(words) != std::string::npos;
}

std::string read_sources(const std::vector<rtl::SourceFile>& sources) {
    std::string text = "read_verilog -sv -formal";
    for (const rtl::SourceFile& source : sources) text += " " + source.name;
    return text + "\n";
}

// Flat, every net driven, every assertion still there.
std::string prepare(const Property& property) {
    return read_sources(property.sources) +
           fmt::format("prep -flatten -top {}\ncheck -assert\nselect -assert-count {} t:$assert\nopt -full\n",
                       property.top, property.assertions);
}

}  // namespace

const std::vector<std::string>& prover_programs() {
    static const std::vector<std::string> programs = {"yosys", "yosys-smtbmc", "yosys-abc", "z3"};
    return programs;
}

Expected<Prover::Run> Prover::begin(const std::string& name, const std::vector<rtl::SourceFile>& sources,
                                    const std::string& script) const {
    Run run{folder_ / name, limit_};
    std::error_code problem;
    fs::create_directories(run.folder, problem);
    if (problem) return fail(Error{ErrorKind::System, problem.message(), {}, {run.folder.string()}});
    for (const rtl::SourceFile& source : sources)
        MACAW_CHECK(write_text(run.folder / source.name, source.text));
    MACAW_CHECK(write_text(run.folder / "prepare.ys", script));
    return run;
}

Expected<ProcessResult> Prover::solve(Run& run, std::vector<std::string> options) const {
    // z3 gets the limit too, so that it ends even where this program is killed.
    std::vector<std::string> command = {"yosys-smtbmc",
                                        "-s",
                                        "z3",
                                        "--noinfo",
                                        "--unroll",
                                        "--timeout",
                                        fmt::format("{}", limit_.count() / 1000 + 1)};
    command.insert(command.end(), options.begin(), options.end());
    command.emplace_back("property.smt2");
    return run.program(command);
}

namespace {

std::string smt_script(const Property& property) {
    return prepare(property) + "dffunmap\nopt_clean\nwrite_smt2 -wires property.smt2\n";
}

bool passed(const ProcessResult& result) {
    return result.exit_code == 0 && says(result, "Status: PASSED");
}

bool no_answer(const ProcessResult& result) {
    return result.timed_out || says(result, "response from solver: timeout") ||
           says(result, "response from solver: unknown");
}

}  // namespace

Expected<Proof> Prover::first_cycles(Run& run, int cycles) const {
    MACAW_TRY(ProcessResult yosys, run.program({"yosys", "-q", "-s", "prepare.ys"}));
    if (yosys.exit_code != 0) return run.failed("yosys", yosys);
    // --presat: assumptions that contradict each other would prove anything.
    MACAW_TRY(ProcessResult result, solve(run, {"--presat", "-t", fmt::format("{}", cycles)}));
    if (says(result, "Assumptions are unsatisfiable"))
        return fail(ErrorKind::ToolFailed, "{}: the assumptions contradict each other", run.folder.string());
    if (says(result, "Status: FAILED")) return run.verdict(Verdict::Refuted);
    if (no_answer(result)) return run.out_of_time();
    if (!passed(result)) return run.failed("yosys-smtbmc", result);
    return run.verdict(Verdict::Proven);
}

Expected<Proof> Prover::induction(const std::string& name, const Property& property, int k) const {
    MACAW_TRY(Run run, begin(name, property.sources, smt_script(property)));
    MACAW_TRY(Proof base, first_cycles(run, k + 2));
    if (base.verdict != Verdict::Proven) return base;
    MACAW_TRY(ProcessResult step, solve(run, {"-i", "-t", fmt::format("{}", k)}));
    if (passed(step)) return run.verdict(Verdict::Proven);
    if (no_answer(step)) return run.out_of_time();
    if (says(step, "Status: FAILED"))
        return run.verdict(Verdict::Undecided, fmt::format("induction over {} cycles does not close", k));
    return run.failed("yosys-smtbmc", step);
}

Expected<Proof> Prover::within(const std::string& name, const Property& property, int cycles) const {
    MACAW_TRY(Run run, begin(name, property.sources, smt_script(property)));
    return first_cycles(run, cycles);
}

Expected<Proof> Prover::search(const std::string& name, const Property& property, int cycles) const {
    MACAW_TRY(Proof proof, within(name, property, cycles));
    if (proof.verdict == Verdict::Proven) {
        proof.verdict = Verdict::Undecided;
        proof.note = fmt::format("no counterexample in {} cycles", cycles);
    }
    return proof;
}

Expected<Proof> Prover::reachability(const std::string& name, const Property& property) const {
    // -zinit: registers that no reset reaches start at any value, which becomes an input.
    MACAW_TRY(Run run, begin(name, property.sources,
                             prepare(property) + "techmap\nopt -fast\ndffunmap\nabc -g AND -fast\nopt_clean\n"
                                                 "write_aiger -zinit property.aig\n"));
    MACAW_TRY(ProcessResult yosys, run.program({"yosys", "-q", "-s", "prepare.ys"}));
    if (yosys.exit_code != 0) return run.failed("yosys", yosys);
    // Registers that are equal in all reachable states are merged first, which spares deep pipelines half the
    // time.
    MACAW_TRY(ProcessResult abc,
              run.program(
                  {"yosys-abc", "-c",
                   "read_aiger property.aig; fold; strash; dc2; scorr; dc2; dc2; scorr; print_stats; pdr"}));
    if (abc.timed_out) return run.out_of_time();
    if (says(abc, "was asserted in frame")) return run.verdict(Verdict::Refuted);
    const bool checked = !says(abc, "Invariant F") || says(abc, "was successful");
    if (abc.exit_code == 0 && says(abc, "Property proved") && checked) return run.verdict(Verdict::Proven);
    return run.failed("yosys-abc", abc);
}

namespace {

Verdict sat_verdict(const ProcessResult& result) {
    if (says(result, "no model found: SUCCESS!")) return Verdict::Proven;
    if (says(result, "model found: FAIL!")) return Verdict::Refuted;
    return Verdict::Undecided;
}

}  // namespace

Expected<Proof> Prover::all_inputs(const std::string& name, const Property& property) const {
    MACAW_TRY(Run run,
              begin(name, property.sources,
                    prepare(property) + "opt_clean\nselect -assert-none t:$dff\nsat -prove-asserts\n"));
    MACAW_TRY(ProcessResult result, run.program({"yosys", "-s", "prepare.ys"}));
    const Verdict verdict = sat_verdict(result);
    if (verdict != Verdict::Undecided) return run.verdict(verdict);
    return result.timed_out ? Expected<Proof>(run.out_of_time()) : run.failed("yosys", result);
}

Expected<Proof> Prover::no_path(const std::string& name, const Property& property, const std::string& input,
                                const std::string& output) const {
    const std::string script =
        read_sources(property.sources) +
        fmt::format(
            "hierarchy -check -top {0}\nproc\nflatten\nopt_clean\ndffunmap\nselect -assert-count 1 "
            "i:{1}\nselect -assert-count 1 o:{2}\nselect -assert-none o:{2} %ci*:-$dff i:{1} %i\n",
            property.top, input, output);
    MACAW_TRY(Run run, begin(name, property.sources, script));
    MACAW_TRY(ProcessResult result, run.program({"yosys", "-q", "-s", "prepare.ys"}));
    if (result.timed_out) return run.out_of_time();
    if (result.exit_code == 0) return run.verdict(Verdict::Proven);
    if (says(result, "selection is not empty")) return run.verdict(Verdict::Refuted);
    return run.failed("yosys", result);
}

}  // namespace macaw::sim
