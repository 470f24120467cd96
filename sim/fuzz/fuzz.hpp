// The fuzzer: random legal configurations and random data, golden against the generated array, for a time or
// a number of cases. Case i of seed S is always the same one, whatever the number of threads.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

#include "sim/fuzz/check_case.hpp"
#include "sim/fuzz/shrink.hpp"
#include "sim/signoff/check.hpp"

namespace macaw::sim {

struct FuzzOptions {
    std::uint64_t seed = 1;
    std::optional<std::int64_t> cases;  // stop after so many …
    std::chrono::seconds time{60};      // … or, without them, after so long
    int tools_every = 500;  // one case of so many also goes through Verilator's lint and Icarus; 0: none
    CaseCheck check = check_model;  // another one for negative controls
};

struct FoundCase {
    std::int64_t index = 0;
    ShrunkCase shrunk;
    std::filesystem::path file;  // name in the output folder
};

struct FuzzResult {
    FuzzOptions options;
    std::int64_t cases = 0;
    std::int64_t outputs = 0;     // compared with golden
    std::int64_t tool_cases = 0;  // of `cases`: also through the tools
    bool tools_are_missing = false;
    double seconds = 0;
    std::vector<FoundCase> found;  // shrunk; the run ends with the batch in which the first was found
};

// Writes found cases into `folder`, which exists; `scratch` is made and may be removed afterwards.
Expected<FuzzResult> fuzz(const FuzzOptions& options, const std::filesystem::path& folder,
                          const std::filesystem::path& scratch);

// One line of the sign-off table, and verify__fuzz__*.
SignoffPart signoff_part(const FuzzResult& result);

}  // namespace macaw::sim
