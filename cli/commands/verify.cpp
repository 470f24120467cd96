// macaw verify CONFIG --output FOLDER: the sign-off table of an array.
#include "reports/signoff/verify.hpp"

#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/run_config.hpp"
#include "cli/step.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

Expected<void> verify(const VerifyArguments& arguments, const RunConfig& config) {
    MACAW_TRY(StepFolder step,
              StepFolder::begin("verify", arguments.output, {}, {"verilator", "iverilog", "yosys"}));
    reports::VerifyInput input;
    input.name = config.name;
    input.datapath = config.datapath;
    input.array = config.array;
    input.synth = config.synth;
    reports::VerifyOptions options;
    options.command_line = "macaw verify";
    options.netlist = !arguments.no_netlist;
    options.simulation.campaign = {arguments.first_seed, arguments.seeds, arguments.groups};
    step.record("verify", {{"first_seed", arguments.first_seed},
                           {"seeds", arguments.seeds},
                           {"groups_per_seed", arguments.groups},
                           {"datapath", golden::to_json(config.datapath)},
                           {"array", hw::to_json(config.array)}});
    MACAW_TRY(reports::Signoff signoff, reports::run_verify(input, options, step.path()));
    std::error_code ignored;
    fs::remove_all(step.path() / "work", ignored);  // built simulators: large
    MACAW_CHECK(step.finish(signoff.metrics));
    std::cout << (arguments.json ? reports::to_json(signoff).dump(2) + "\n" : reports::to_text(signoff));
    return signoff.verdict();
}

}  // namespace

Outcome run_command(const VerifyArguments& arguments) {
    auto config = read_run_config(arguments.config, ConfigScope::Hardware);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(verify(arguments, *config));
}

}  // namespace macaw::cli
