// Mutation testing of a generated array: hundreds of small faults in its netlist, one at a time, against the
// regression. A regression that misses a fault that matters is not good enough; the score says how good it
// is.
//
//   score = killed / (mutants - proven equivalent ones)
//
// A mutant is killed by the first job in which an output, a flag or a cycle differs from what golden and the
// C++ model say, or the port protocol is violated. Passing means: none survived, at most 2 % undecided.
#pragma once

#include <chrono>
#include <filesystem>

#include "sim/mutation/mutant.hpp"
#include "sim/mutation/regression.hpp"
#include "sim/signoff/check.hpp"

namespace macaw::sim {

struct MutationOptions {
    int count = 500;
    std::uint64_t seed = 1;  // draws the mutants; the regression has a seed of its own
    RegressionOptions regression;
    std::chrono::seconds solver_limit{60};
};

struct MutationResult {
    golden::Datapath datapath;
    hw::ArrayConfig array;
    MutationOptions options;
    std::vector<MutantOutcome> outcomes;
    std::size_t jobs = 0;           // of the regression
    std::int64_t outputs = 0;       // of its jobs, equal to golden without a mutant
    std::int64_t cycles = 0;        // of its jobs
    double build_seconds = 0;       // Yosys and Verilator
    double regression_seconds = 0;  // all mutants
    double solver_seconds = 0;

    std::int64_t count(MutantStatus status) const;
    double score() const;
    bool passed() const;
};

// Builds in `work_folder`, which is made; nothing there is needed afterwards.
Expected<MutationResult> run_mutation(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                                      const MutationOptions& options,
                                      const std::filesystem::path& work_folder);

// With these mutants instead of drawn ones.
Expected<MutationResult> run_mutation(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                                      const MutationOptions& options, std::vector<Mutant> mutants,
                                      const std::filesystem::path& work_folder);

// One line of the sign-off table, and verify__mutation__*.
SignoffPart signoff_part(const MutationResult& result);

// mutants.csv: one row a mutant.
Expected<void> write_mutants(const MutationResult& result, const std::filesystem::path& folder);

// The summary for a terminal: figures, then each survivor and each undecided one on a line.
std::string to_text(const MutationResult& result);

}  // namespace macaw::sim
