// macaw mutate CONFIG --output FOLDER: mutation testing of the array's regression.
#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/run_config.hpp"
#include "cli/step.hpp"
#include "cli/synthesisable.hpp"
#include "sim/mutation/mutation.hpp"

namespace macaw::cli {

namespace {

Expected<void> mutate(const MutateArguments& arguments, const RunConfig& config) {
    MACAW_CHECK(require_synthesisable(config, arguments.config));
    MACAW_TRY(StepFolder step, StepFolder::begin("mutate", arguments.output, {arguments.config},
                                                 {"yosys", "verilator", "g++", "berkeley-abc"}));
    sim::MutationOptions options;
    options.count = arguments.count;
    options.seed = options.regression.seed = arguments.seed;
    options.solver_limit = std::chrono::seconds(arguments.solver_seconds);
    step.record(
        "mutation",
        {{"count", options.count}, {"seed", options.seed}, {"solver_limit_s", arguments.solver_seconds}});
    std::cerr << fmt::format("mutants and regression: seed {}\n", options.seed);
    const std::filesystem::path work = step.path() / "work";
    MACAW_TRY(sim::MutationResult result, sim::run_mutation(config.datapath, config.array, options, work));
    std::error_code ignored;
    std::filesystem::remove_all(work, ignored);  // large, and made again by the same command
    MACAW_CHECK(sim::write_mutants(result, step.path()));
    const Metrics metrics = sim::signoff_part(result).metrics;
    MACAW_CHECK(step.finish(metrics));
    if (arguments.json) {
        Json json = Json::object();
        for (const Metric& metric : metrics.all()) json[metric.key] = metric.value;
        std::cout << json.dump(2) << "\n";
    } else {
        std::cout << sim::to_text(result);
    }
    if (!result.passed())
        return fail(Error{ErrorKind::CheckFailed,
                          fmt::format("{} mutants survived the regression and {} of {} are undecided",
                                      result.count(sim::MutantStatus::Survived),
                                      result.count(sim::MutantStatus::Undecided), result.outcomes.size()),
                          "mutants.csv lists each",
                          {}});
    return {};
}

}  // namespace

Outcome run_command(const MutateArguments& arguments) {
    auto config = read_run_config(arguments.config, ConfigScope::Hardware);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(mutate(arguments, *config));
}

}  // namespace macaw::cli
