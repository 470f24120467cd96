// macaw prove CONFIG --output FOLDER [--equivalence]: proofs about the generated RTL, one line of a sign-off
// table each; or only those that say that its structural and behavioural forms are equal, which must all
// hold.
#include "sim/formal/prove.hpp"

#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/run_config.hpp"
#include "cli/step.hpp"
#include "cli/synthesisable.hpp"
#include "reports/signoff/signoff_table.hpp"

namespace macaw::cli {

namespace {

std::string shown(const reports::Signoff& signoff, const ProveArguments& arguments) {
    return arguments.json ? reports::to_json(signoff).dump(2) + "\n" : reports::to_text(signoff);
}

// A run may also sign the array off, proofs included: two steps must not give one figure.
Metrics under_own_keys(const Metrics& metrics) {
    const std::string other = "verify__";
    Metrics own;
    for (const Metric& metric : metrics.all())
        own.add(
            metric.key.starts_with(other) ? "equivalence__" + metric.key.substr(other.size()) : metric.key,
            metric.value, metric.how);
    return own;
}

// What a reader of a run wants to know first, under keys of its own.
void add_equivalence_metrics(reports::Signoff& signoff, const RunConfig& config) {
    const std::string how = "macaw prove --equivalence: dot product unit of " + to_string(config.array) +
                            ", structural against behavioural";
    signoff.metrics.add("equivalence__claims__count", std::ssize(signoff.checks), how);
    signoff.metrics.add("equivalence__proven__count", signoff.count(sim::CheckStatus::Passed), how);
}

Expected<void> prove(const ProveArguments& arguments, const RunConfig& config) {
    MACAW_CHECK(require_synthesisable(config, arguments.config));
    MACAW_TRY(StepFolder step, StepFolder::begin("prove", arguments.output, {}, {"yosys", "z3"}));
    sim::FormalOptions options;
    options.folder = step.path() / "proofs";
    if (arguments.time_limit > 0) options.limit = std::chrono::seconds(arguments.time_limit);
    if (arguments.equivalence) options.scope = sim::FormalScope::Equivalence;
    MACAW_TRY(sim::SignoffPart part, sim::prove(config.datapath, config.array, options));
    reports::Signoff signoff;
    signoff.name = config.name;
    signoff.configuration = to_string(config.datapath) + ", " + to_string(config.array);
    if (arguments.equivalence) part.metrics = under_own_keys(part.metrics);
    signoff.add(std::move(part));
    if (arguments.equivalence) add_equivalence_metrics(signoff, config);
    MACAW_CHECK(reports::write_signoff(signoff, "prove", step.path()));
    if (arguments.equivalence) {
        std::cout << shown(signoff, arguments);
        if (auto verdict = signoff.all_passed(); !verdict)
            return fail(step.keep_evidence(std::move(verdict).error()));
        return step.finish(signoff.metrics);
    }
    MACAW_CHECK(step.finish(signoff.metrics));
    std::cout << shown(signoff, arguments);
    return signoff.verdict();
}

}  // namespace

Outcome run_command(const ProveArguments& arguments) {
    auto config = read_run_config(arguments.config, ConfigScope::Hardware);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(prove(arguments, *config));
}

}  // namespace macaw::cli
