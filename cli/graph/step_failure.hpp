// Why a step of a graph failed: Ninja answers 1 whatever its exit code was, so the graph gives each step a
// file to leave its exit code and its message in.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "golden/support/error.hpp"

namespace macaw::cli {

// Environment variable with the path of the file.
inline constexpr const char* kFailureFile = "MACAW_FAILURE_FILE";

struct StepFailure {
    int exit_code = 0;
    std::string message;
};

Expected<void> write_failure(const std::filesystem::path& file, const StepFailure& failure);

// None where the step did not run, or ended without a word.
std::optional<StepFailure> read_failure(const std::filesystem::path& file);

}  // namespace macaw::cli
