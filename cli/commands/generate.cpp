// macaw generate CONFIG --output FOLDER: the array as SystemVerilog, in the configured overflow mode (rtl/)
// and its twin whose flags witness every overflow (trap/), each with a testbench for any simulator; with
// another `cosim.arithmetic`, also the form that is simulated (simulated/); with `interface:`, also the AXI
// wrapper or the requantizer (interface/).
#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/run_config.hpp"
#include "cli/step.hpp"
#include "hw/array/explain_widths.hpp"
#include "hw/array/generate_array.hpp"
#include "hw/array/write_rtl.hpp"
#include "hw/array/write_testbench.hpp"
#include "hw/stream/interface_sources.hpp"
#include "hw/stream/write_axi_testbench.hpp"

namespace macaw::cli {

namespace {

Expected<void> write_array(const std::filesystem::path& folder, const golden::Datapath& datapath,
                           const hw::ArrayConfig& array) {
    std::error_code problem;
    std::filesystem::create_directory(folder, problem);
    if (problem) return fail(Error{ErrorKind::System, problem.message(), {}, {folder.string()}});
    MACAW_CHECK(hw::write_rtl(folder, datapath, array, "macaw generate"));
    return hw::write_testbench(folder, datapath, array);
}

Json explanation_json(const std::vector<hw::ExplainedWidth>& widths) {
    Json json = Json::array();
    for (const hw::ExplainedWidth& width : widths)
        json.push_back({{"name", width.name}, {"bits", width.bits}, {"reason", width.reason}});
    return json;
}

Expected<void> explain(const RunConfig& config, bool as_json) {
    std::vector<hw::ExplainedWidth> widths = hw::explain_widths(config.datapath, config.array);
    if (as_json) {
        std::cout << explanation_json(widths).dump(2) << "\n";
        return {};
    }
    MACAW_TRY(hw::ArithmeticCost cost, hw::cost_of(config.datapath, config.array));
    std::cout << to_string(config.array) << ", " << to_string(config.datapath) << "\n";
    for (const hw::ExplainedWidth& width : widths)
        std::cout << fmt::format("  {:<16} {:>6}  {}\n", width.name, width.bits, width.reason);
    std::cout << "One dot product unit: " << to_string(cost) << "\n";
    return {};
}

}  // namespace

Outcome run_command(const GenerateArguments& arguments) {
    if (arguments.output.empty() && !arguments.explain)
        return tl::unexpected(
            Errors{{ErrorKind::BadInput, "nothing to do", "add --output FOLDER, --explain or both", {}}});
    auto config = read_run_config(arguments.config, ConfigScope::Hardware);
    if (!config) return tl::unexpected(config.error());
    for (const std::string& warning : golden::warnings(config->datapath))
        std::cerr << arguments.config << ": warning: " << warning << "\n";
    auto work = [&]() -> Expected<void> {
        if (arguments.explain) MACAW_CHECK(explain(*config, arguments.json));
        if (arguments.output.empty()) return {};
        MACAW_TRY(StepFolder step, StepFolder::begin("generate", arguments.output, {}));
        golden::Datapath trap = config->datapath;
        trap.inner_overflow = trap.outer_overflow = golden::OverflowMode::Trap;
        MACAW_CHECK(write_array(step.path() / "rtl", config->datapath, config->array));
        MACAW_CHECK(write_array(step.path() / "trap", trap, hw::array_for(trap, config->array)));
        if (auto simulated = config->simulated_array())
            MACAW_CHECK(write_array(step.path() / "simulated", config->datapath, *simulated));
        MACAW_TRY(std::optional<rtl::Design> interface,
                  hw::generate_interface(config->interface, config->datapath, config->array));
        if (interface)
            MACAW_CHECK(hw::write_interface_sources(step.path() / "interface", *interface, "macaw generate"));
        if (config->interface.axi) {
            const hw::AxiWrapper wrapper{config->datapath, config->array, config->interface.requantize};
            std::mt19937_64 random(1);
            MACAW_CHECK(hw::write_axi_testbench(step.path() / "interface", wrapper,
                                                hw::random_axi_job(wrapper, 4, 2, random)));
        }
        Metrics metrics;
        const std::string how =
            "configured: " + to_string(config->array) + ", " + to_string(config->datapath);
        metrics.add("generate__macs_per_cycle__count", config->array.macs_per_cycle(config->datapath), how);
        MACAW_CHECK(step.finish(metrics));
        if (!arguments.json)
            std::cout << "generated " << to_string(config->array) << ", " << to_string(config->datapath)
                      << "\n";
        return {};
    };
    return as_outcome(work());
}

}  // namespace macaw::cli
