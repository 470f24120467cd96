// Runs the provers: Yosys reads a property, and z3 (k-induction), its own SAT solver (combinational) or ABC's
// IC3 (reachability) decides it within a time limit.
//
// A verdict is only what the tool said about this run: a time limit, an induction that does not close and a
// bounded search that finds nothing are Undecided, never Proven. Each proof keeps its sources, its scripts
// and the tools' words in a folder of its own, so that it can be run again by hand.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "golden/support/process.hpp"
#include "sim/formal/property.hpp"

namespace macaw::sim {

enum class Verdict { Proven, Refuted, Undecided };

struct Proof {
    Verdict verdict = Verdict::Undecided;
    double seconds = 0;
    std::string note;  // why it is undecided
};

class Prover {
  public:
    // One folder a proof is made in `folder`; `limit` holds for every run of a solver.
    Prover(std::filesystem::path folder, std::chrono::milliseconds limit)
        : folder_(std::filesystem::absolute(folder)), limit_(limit) {}

    std::chrono::milliseconds limit() const { return limit_; }

    // In every state that can be reached, by k-induction: the first k + 2 cycles, and from any k good states
    // to the next (yosys-smtbmc with z3). Not closed: Undecided.
    Expected<Proof> induction(const std::string& name, const Property& property, int k) const;

    // A counterexample in the first `cycles` cycles, or Undecided (yosys-smtbmc with z3).
    Expected<Proof> search(const std::string& name, const Property& property, int cycles) const;

    // In the first `cycles` cycles, for a property that says nothing about later ones (yosys-smtbmc with z3).
    Expected<Proof> within(const std::string& name, const Property& property, int cycles) const;

    // In every state that can be reached, by IC3, which finds the invariant and checks it (ABC: pdr).
    Expected<Proof> reachability(const std::string& name, const Property& property) const;

    // For all inputs of a combinational property (the SAT solver of Yosys).
    Expected<Proof> all_inputs(const std::string& name, const Property& property) const;

    // Proven where no combinational path leads from the input to the output of the property's top module.
    Expected<Proof> no_path(const std::string& name, const Property& property, const std::string& input,
                            const std::string& output) const;

  private:
    struct Run;
    Expected<Run> begin(const std::string& name, const std::vector<rtl::SourceFile>& sources,
                        const std::string& script) const;
    // The first `cycles` cycles: Refuted, Undecided (no answer), or Proven as far as they go.
    Expected<Proof> first_cycles(Run& run, int cycles) const;
    Expected<ProcessResult> solve(Run& run, std::vector<std::string> options) const;
    std::filesystem::path folder_;
    std::chrono::milliseconds limit_;
};

// The programs that the prover starts.
const std::vector<std::string>& prover_programs();

}  // namespace macaw::sim
