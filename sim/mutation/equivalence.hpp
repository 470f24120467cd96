// Decides about mutants that the regression did not kill: can any legal use of the array tell them from the
// unchanged one?
//
// Yosys builds a miter: both arrays side by side on the same inputs, started from registers at 0, reset at
// any time. It differs where a handshake or a status output differs, or an output that belongs to out_valid_o
// (row of results) differs while that is high. Weight codes outside the datapath's range are replaced by 0,
// since no legal stream has them. ABC merges registers and nodes by induction (lcorr, scorr), looks for a
// trace that tells the two apart (bmc3) and proves that there is none (pdr). All decisions are SAT.
//
// Equivalent: proven, for every input stream of any length. Survived: a trace exists that tells them apart.
// Undecided: neither was found in the time limit.
#pragma once

#include <chrono>
#include <filesystem>
#include <vector>

#include "sim/mutation/mutated_netlist.hpp"

namespace macaw::sim {

struct EquivalenceVerdict {
    MutantStatus status = MutantStatus::Undecided;  // Equivalent, Survived or Undecided
    std::string reason;
};

// One verdict for each of `mutants` (of netlist.mutants). The time limit holds for each solver run.
Expected<std::vector<EquivalenceVerdict>> decide_equivalence(const MutatedNetlist& netlist,
                                                             const std::vector<Mutant>& mutants,
                                                             std::chrono::seconds limit);

}  // namespace macaw::sim
