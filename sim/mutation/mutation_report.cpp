// What mutation testing found, for the terminal, the sign-off table and files. See mutation.hpp.
#include "golden/support/csv.hpp"
#include "sim/mutation/mutation.hpp"

namespace macaw::sim {

namespace {

std::string method_of(const MutationResult& result) {
    return fmt::format(
        "yosys mutate, {} mutants (seed {}) of the flattened netlist in one Verilator build; {} jobs (seed "
        "{}, {} "
        "outputs, {} cycles); survivors: SAT (ABC lcorr, bmc3, pdr, {} s each)",
        result.outcomes.size(), result.options.seed, result.jobs, result.options.regression.seed,
        result.outputs, result.cycles, result.options.solver_limit.count());
}

std::string figure_of(const MutationResult& result) {
    return fmt::format("{} killed, {} proven equivalent, {} survived, {} undecided: score {:.1f} %",
                       result.count(MutantStatus::Killed), result.count(MutantStatus::Equivalent),
                       result.count(MutantStatus::Survived), result.count(MutantStatus::Undecided),
                       100 * result.score());
}

std::string place_of(const Mutant& mutant) {
    return fmt::format("{}.{}[{}]", mutant.cell, mutant.port, mutant.port_bit);
}

}  // namespace

SignoffPart signoff_part(const MutationResult& result) {
    SignoffPart part;
    const CheckStatus status = !result.passed()                            ? CheckStatus::Failed
                               : result.count(MutantStatus::Undecided) > 0 ? CheckStatus::Undecided
                                                                           : CheckStatus::Passed;
    const std::string method = method_of(result);
    part.checks.push_back({"Regression kills netlist mutants", method, figure_of(result), status});
    const std::string how =
        fmt::format("{}, {}; {}", to_string(result.array), to_string(result.datapath), method);
    part.metrics.add("verify__mutation__mutants__count", result.outcomes.size(), how);
    for (MutantStatus which :
         {MutantStatus::Killed, MutantStatus::Equivalent, MutantStatus::Survived, MutantStatus::Undecided})
        part.metrics.add(fmt::format("verify__mutation__{}__count", to_string(which)), result.count(which),
                         how);
    part.metrics.add("verify__mutation__score__ratio", result.score(),
                     "killed / (mutants - proven equivalent ones)");
    part.metrics.add("verify__mutation__build__s", result.build_seconds, "wall clock: Yosys and Verilator");
    part.metrics.add("verify__mutation__regression__s", result.regression_seconds,
                     "wall clock: all mutants against the regression");
    part.metrics.add("verify__mutation__solver__s", result.solver_seconds,
                     "wall clock: equivalence of survivors");
    return part;
}

Expected<void> write_mutants(const MutationResult& result, const std::filesystem::path& folder) {
    Table table({"mutant", "mode", "module", "cell", "port", "bit", "wire", "status", "killed_by", "reason",
                 "source"});
    for (const MutantOutcome& outcome : result.outcomes) {
        const Mutant& mutant = outcome.mutant;
        table.add_row({mutant.number, mutant.mode, mutant.module, mutant.cell, mutant.port, mutant.port_bit,
                       mutant.wire, to_string(outcome.status), outcome.killed_by, outcome.reason,
                       mutant.source});
    }
    return table.write(folder / "mutants.csv");
}

std::string to_text(const MutationResult& result) {
    std::string text = fmt::format("{}, {}\n{}\n{}\n", to_string(result.array), to_string(result.datapath),
                                   method_of(result), figure_of(result));
    for (const MutantOutcome& outcome : result.outcomes)
        if (outcome.status == MutantStatus::Survived || outcome.status == MutantStatus::Undecided)
            text += fmt::format("  {} {}: {} at {} {}: {}\n", to_string(outcome.status),
                                outcome.mutant.number, outcome.mutant.mode, place_of(outcome.mutant),
                                outcome.mutant.wire, outcome.reason);
    return text + fmt::format("build {:.1f} s, regression {:.1f} s, solver {:.1f} s\n", result.build_seconds,
                              result.regression_seconds, result.solver_seconds);
}

}  // namespace macaw::sim
