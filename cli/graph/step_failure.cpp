#include "cli/graph/step_failure.hpp"

#include "golden/support/file.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

Expected<void> write_failure(const fs::path& file, const StepFailure& failure) {
    return write_json(file, {{"exit_code", failure.exit_code}, {"message", failure.message}});
}

std::optional<StepFailure> read_failure(const fs::path& file) {
    auto json = read_json(file);
    if (!json) return std::nullopt;
    auto code = json_member<int>(*json, "exit_code", file);
    auto message = json_member<std::string>(*json, "message", file);
    if (!code || !message) return std::nullopt;
    return StepFailure{*code, *message};
}

}  // namespace macaw::cli
