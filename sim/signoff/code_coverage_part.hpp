// The part of the sign-off that measures how much of the SystemVerilog the stimulus exercised.
#pragma once

#include "sim/coverage/code_coverage.hpp"
#include "sim/signoff/simulation_part.hpp"

namespace macaw::sim {

constexpr double kLeastCodeCoverage = 95.0;  // percent

struct CodeCoverageResult {
    CodeCoverage lines;
    CodeCoverage toggles;
    SignoffPart part;
};

// Plays the stimulus of the array as configured in a simulator that counts. Jobs whose outputs differ from
// golden make the check fail: coverage counts only what was compared.
Expected<CodeCoverageResult> run_code_coverage(const SimulationResult& simulated,
                                               const std::filesystem::path& work_folder);

// One line a hole, for a file beside the table.
std::string hole_listing(const CodeCoverageResult& result);

}  // namespace macaw::sim
