// macaw generate CONFIG --output FOLDER: the array as SystemVerilog, in the configured overflow mode (rtl/)
// and its twin whose flags witness every overflow (trap/).
#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/run_config.hpp"
#include "cli/step.hpp"
#include "hw/array/generate_array.hpp"
#include "hw/array/write_rtl.hpp"

namespace macaw::cli {

namespace {

Expected<void> write_array(const std::filesystem::path& folder, const golden::Datapath& datapath,
                           const hw::ArrayConfig& array) {
    std::error_code problem;
    std::filesystem::create_directory(folder, problem);
    if (problem) return fail(Error{ErrorKind::System, problem.message(), {}, {folder.string()}});
    return hw::write_rtl(folder, datapath, array, "macaw generate");
}

}  // namespace

Outcome run_command(const GenerateArguments& arguments) {
    auto config = read_run_config(arguments.config);
    if (!config) return tl::unexpected(config.error());
    for (const std::string& warning : golden::warnings(config->datapath))
        std::cerr << arguments.config << ": warning: " << warning << "\n";
    auto work = [&]() -> Expected<void> {
        MACAW_TRY(StepFolder step, StepFolder::begin("generate", arguments.output, {}));
        golden::Datapath trap = config->datapath;
        trap.inner_overflow = trap.outer_overflow = golden::OverflowMode::Trap;
        for (const auto& [name, datapath] : {std::pair{"rtl", config->datapath}, std::pair{"trap", trap}})
            MACAW_CHECK(write_array(step.path() / name, datapath, config->array));
        Metrics metrics;
        const std::string how =
            "configured: " + to_string(config->array) + ", " + to_string(config->datapath);
        metrics.add("generate__macs_per_cycle__count", config->array.macs_per_cycle(), how);
        MACAW_CHECK(step.finish(metrics));
        std::cout << "generated " << to_string(config->array) << ", " << to_string(config->datapath) << "\n";
        return {};
    };
    return as_outcome(work());
}

}  // namespace macaw::cli
