// macaw prove CONFIG --output FOLDER: proofs about the generated RTL, one line of a sign-off table each.
#include "sim/formal/prove.hpp"

#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/run_config.hpp"
#include "cli/step.hpp"

namespace macaw::cli {

namespace {

const char* word_of(sim::CheckStatus status) {
    switch (status) {
        case sim::CheckStatus::Passed:
            return "proven";
        case sim::CheckStatus::Failed:
            return "FAILED";
        case sim::CheckStatus::Undecided:
            return "undecided";
        case sim::CheckStatus::Skipped:
            return "skipped";
    }
    throw std::logic_error("unknown status");
}

Json to_json(const sim::SignoffPart& part) {
    Json checks = Json::array();
    for (const sim::SignoffCheck& check : part.checks)
        checks.push_back({{"name", check.name},
                          {"status", word_of(check.status)},
                          {"figure", check.figure},
                          {"method", check.method}});
    return checks;
}

void print(const sim::SignoffPart& part) {
    for (const sim::SignoffCheck& check : part.checks)
        std::cout << fmt::format("{:<9} {}\n          {}\n          [{}]\n", word_of(check.status),
                                 check.name, check.figure, check.method);
}

Expected<void> verdict(const sim::SignoffPart& part) {
    for (const sim::SignoffCheck& check : part.checks)
        if (check.status == sim::CheckStatus::Failed)
            return fail(ErrorKind::CheckFailed, "not proven: {}: {}", check.name, check.figure);
    return {};
}

Expected<void> prove(const ProveArguments& arguments, const RunConfig& config) {
    MACAW_TRY(StepFolder step, StepFolder::begin("prove", arguments.output, {}, {"yosys", "z3"}));
    sim::FormalOptions options;
    options.folder = step.path() / "proofs";
    if (arguments.time_limit > 0) options.limit = std::chrono::seconds(arguments.time_limit);
    MACAW_TRY(sim::SignoffPart part, sim::prove(config.datapath, config.array, options));
    const Json checks = to_json(part);
    MACAW_CHECK(write_json(step.path() / "checks.json", checks));
    MACAW_CHECK(step.finish(part.metrics));
    if (arguments.json)
        std::cout << checks.dump(2) << "\n";
    else
        print(part);
    return verdict(part);
}

}  // namespace

Outcome run_command(const ProveArguments& arguments) {
    auto config = read_run_config(arguments.config, ConfigScope::Hardware);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(prove(arguments, *config));
}

}  // namespace macaw::cli
