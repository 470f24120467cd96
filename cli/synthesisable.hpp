// Whether a configuration describes an array that can be built, said of the file that the user gave.
#pragma once

#include "cli/run_config.hpp"

namespace macaw::cli {

inline Expected<void> require_synthesisable(const RunConfig& config, const std::filesystem::path& file) {
    auto synthesisable = hw::require_synthesisable(config.array);
    if (!synthesisable) return fail(std::move(synthesisable).error().at({file.string()}));
    return {};
}

}  // namespace macaw::cli
