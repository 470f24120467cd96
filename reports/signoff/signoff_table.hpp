// The sign-off table of a configuration: for a person at the terminal, as Markdown and as JSON.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "golden/support/file.hpp"
#include "sim/signoff/check.hpp"

namespace macaw::reports {

struct Signoff {
    std::string name;           // of the configuration
    std::string configuration;  // datapath and array in words
    std::vector<sim::SignoffCheck> checks;
    Metrics metrics;

    void add(sim::SignoffPart part);
    std::int64_t count(sim::CheckStatus status) const;
    // CheckFailed when any check failed, or when none passed. Undecided and skipped ones are in the table.
    Expected<void> verdict() const;
    // CheckFailed when any check did not pass: for what a run goes on to build on.
    Expected<void> all_passed() const;
};

std::string to_string(sim::CheckStatus status);
std::string to_text(const Signoff& signoff);
std::string to_markdown(const Signoff& signoff);
Json to_json(const Signoff& signoff);

// signoff.md, signoff.json and signoff.csv; the numbers of checks go into the metrics, under the name of the
// subcommand: "verify__checks__passed__count".
Expected<void> write_signoff(Signoff& signoff, const std::string& command,
                             const std::filesystem::path& folder);

}  // namespace macaw::reports
