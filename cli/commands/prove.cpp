// macaw prove CONFIG --output FOLDER: proofs about the generated RTL, one line of a sign-off table each.
#include "sim/formal/prove.hpp"

#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/run_config.hpp"
#include "cli/step.hpp"
#include "cli/synthesisable.hpp"
#include "reports/signoff/signoff_table.hpp"

namespace macaw::cli {

namespace {

Expected<void> prove(const ProveArguments& arguments, const RunConfig& config) {
    MACAW_CHECK(require_synthesisable(config, arguments.config));
    MACAW_TRY(StepFolder step, StepFolder::begin("prove", arguments.output, {}, {"yosys", "z3"}));
    sim::FormalOptions options;
    options.folder = step.path() / "proofs";
    if (arguments.time_limit > 0) options.limit = std::chrono::seconds(arguments.time_limit);
    MACAW_TRY(sim::SignoffPart part, sim::prove(config.datapath, config.array, options));
    reports::Signoff signoff;
    signoff.name = config.name;
    signoff.configuration = to_string(config.datapath) + ", " + to_string(config.array);
    signoff.add(std::move(part));
    MACAW_CHECK(reports::write_signoff(signoff, step.path()));
    MACAW_CHECK(step.finish(signoff.metrics));
    std::cout << (arguments.json ? reports::to_json(signoff).dump(2) + "\n" : reports::to_text(signoff));
    return signoff.verdict();
}

}  // namespace

Outcome run_command(const ProveArguments& arguments) {
    auto config = read_run_config(arguments.config, ConfigScope::Hardware);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(prove(arguments, *config));
}

}  // namespace macaw::cli
