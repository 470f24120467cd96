#include "reports/signoff/verify.hpp"

#include "golden/support/process.hpp"
#include "hw/array/generate_array.hpp"
#include "hw/array/write_rtl.hpp"
#include "reports/signoff/gate_netlist.hpp"
#include "sim/formal/prove.hpp"
#include "sim/mutation/mutation.hpp"
#include "sim/signoff/code_coverage_part.hpp"
#include "sim/signoff/interface_part.hpp"
#include "sim/signoff/simulation_checks.hpp"

namespace macaw::reports {

namespace fs = std::filesystem;

namespace {

// The netlist of the array, without the fault of a negative control; or why there is none.
Expected<void> add_netlist(sim::SimulationInput& simulation, const VerifyInput& input,
                           const VerifyOptions& options, const fs::path& work) {
    if (!options.netlist) simulation.netlist_missing = "not asked for";
    if (auto silicon = hw::require_synthesisable(input.array); !silicon)
        simulation.netlist_missing = silicon.error().message;
    for (const char* tool : {"yosys", "berkeley-abc"})
        if (!find_program(tool)) simulation.netlist_missing = fmt::format("{} is not installed", tool);
    if (!simulation.netlist_missing.empty()) return {};
    MACAW_TRY(OutputFolder rtl, OutputFolder::create(work / "synthesised"));
    MACAW_CHECK(hw::write_rtl(rtl.path(), simulation.datapath, input.array, options.command_line));
    MACAW_CHECK(rtl.commit());
    auto netlist = write_gate_netlist(work / "synthesised", input.synth, work / "gates");
    if (!netlist && netlist.error().kind == ErrorKind::MissingTool) {
        simulation.netlist_missing = netlist.error().message;
        return {};
    }
    if (!netlist) return fail(netlist.error());
    simulation.netlist = netlist->folder;
    simulation.netlist_source = fmt::format("{}, {} cells", netlist->source, sim::grouped(netlist->cells));
    return {};
}

Expected<void> add_interface(Signoff& signoff, const VerifyInput& input, const VerifyOptions& options,
                             const fs::path& work) {
    if (!input.interface.axi) {
        if (input.interface.requantize)
            signoff.checks.push_back({"requantizer", "", "checked behind AXI only: interface: {axi: true}",
                                      sim::CheckStatus::Skipped});
        return {};
    }
    sim::InterfaceOptions interface;
    interface.work_folder = work / "interface";
    interface.command_line = options.command_line;
    interface.fault = input.fault;
    hw::AxiWrapper wrapper{input.datapath, input.array, input.interface.requantize};
    wrapper.datapath.products_per_check = input.array.lanes;
    MACAW_TRY(sim::SignoffPart part, sim::run_interface(wrapper, interface));
    signoff.add(std::move(part));
    return {};
}

// Whether a line about the netlist is skipped: not asked for, or of an array for simulators alone.
bool is_skipped(Signoff& signoff, const sim::SimulationInput& input, const char* name, bool asked,
                const char* option) {
    std::string reason = asked ? "" : fmt::format("not asked for: {}", option);
    if (auto silicon = hw::require_synthesisable(input.array); asked && !silicon)
        reason = silicon.error().message;
    if (reason.empty()) return false;
    signoff.checks.push_back({name, "", reason, sim::CheckStatus::Skipped});
    return true;
}

Expected<void> add_proofs(Signoff& signoff, const sim::SimulationInput& input, const VerifyOptions& options,
                          const fs::path& folder) {
    if (is_skipped(signoff, input, "proofs about the RTL", options.proofs, "--proofs")) return {};
    sim::FormalOptions formal;
    formal.folder = folder / "proofs";
    MACAW_TRY(sim::SignoffPart part, sim::prove(input.datapath, input.array, formal));
    signoff.add(std::move(part));
    return {};
}

Expected<void> add_mutation(Signoff& signoff, const sim::SimulationInput& input, const VerifyOptions& options,
                            const fs::path& folder) {
    if (is_skipped(signoff, input, "mutants of the netlist", options.mutants > 0, "--mutants N")) return {};
    sim::MutationOptions mutation;
    mutation.count = options.mutants;
    MACAW_TRY(sim::MutationResult result,
              sim::run_mutation(input.datapath, input.array, mutation, folder / "work/mutation"));
    signoff.add(sim::signoff_part(result));
    return sim::write_mutants(result, folder);
}

}  // namespace

Expected<Signoff> run_verify(const VerifyInput& input, const VerifyOptions& options, const fs::path& folder) {
    const fs::path work = folder / "work";
    Signoff signoff;
    signoff.name = input.name;
    signoff.configuration = to_string(input.datapath) + ", " + to_string(input.array);

    sim::SimulationInput simulation{input.datapath, input.array, input.layers, {}, {}, {}, input.fault};
    simulation.datapath.products_per_check = input.array.lanes;
    MACAW_CHECK(add_netlist(simulation, input, options, work));
    sim::SimulationOptions simulation_options = options.simulation;
    simulation_options.work_folder = work;
    simulation_options.output_folder = folder;
    simulation_options.command_line = options.command_line;
    MACAW_TRY(sim::SimulationResult simulated, sim::run_simulation(simulation, simulation_options));
    MACAW_CHECK(write_text(folder / "functional_coverage.txt", sim::coverage_listing(simulated)));
    MACAW_TRY(sim::CodeCoverageResult code, sim::run_code_coverage(simulated, work));
    MACAW_CHECK(write_text(folder / "code_coverage_holes.txt", sim::hole_listing(code)));
    signoff.add(std::move(simulated.part));
    signoff.add(std::move(code.part));

    MACAW_CHECK(add_interface(signoff, input, options, work));
    MACAW_CHECK(add_proofs(signoff, simulation, options, folder));
    MACAW_CHECK(add_mutation(signoff, simulation, options, folder));
    MACAW_CHECK(write_signoff(signoff, "verify", folder));
    return signoff;
}

}  // namespace macaw::reports
