// One line of a sign-off table: something that was checked about a generated array, how, and with what
// result.
//
// Every part of `macaw verify` (simulators, coverage, mutation, proofs) returns its lines in this form, so
// that terminal, README and metrics.json show the same table. A line that says Passed has a figure that shows
// that something was looked at ("15 360 outputs, 0 differ"), and a method that lets a reader repeat it.
#pragma once

#include <string>
#include <vector>

#include "golden/support/metrics.hpp"

namespace macaw::sim {

enum class CheckStatus {
    Passed,
    Failed,
    Undecided,  // a tool gave up in its time: said, never taken for Passed
    Skipped     // a tool is missing, or the check has no meaning here; `figure` says why
};

struct SignoffCheck {
    std::string name;    // "Verilated RTL equals golden"
    std::string method;  // "Verilator 5.006, corner and 200 random groups, seed 1, stalls on both sides"
    std::string figure;  // "4 096 outputs, 0 differ"
    CheckStatus status = CheckStatus::Failed;
};

struct SignoffPart {
    std::vector<SignoffCheck> checks;
    Metrics metrics;  // verify__<part>__<figure>__<unit>
};

}  // namespace macaw::sim
