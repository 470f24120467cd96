// macaw verify on a tiny array with its gate netlist, and a cell of the netlist that is another one.
#include <fstream>
#include <regex>

#include "golden/support/process.hpp"
#include "reports/signoff/gate_netlist.hpp"
#include "reports/signoff/verify.hpp"
#include "silicon_fixture.hpp"

namespace {

using namespace macaw;
using sim::CheckStatus;
using testing::value_of;

bool have_tools() {
    for (const char* tool : {"verilator", "iverilog", "yosys"})
        if (!find_program(tool)) {
            BOOST_TEST_MESSAGE("skipped: " << tool << " is not installed");
            return false;
        }
    return true;
}

reports::VerifyInput tiny() {
    reports::VerifyInput input;
    input.name = "tiny";
    input.datapath.weight_bits = golden::BitWidth(3);
    input.datapath.activation_bits = golden::BitWidth(4);
    input.datapath.tile = 8;
    input.datapath.inner_bits = golden::BitWidth(8);
    input.datapath.outer_bits = golden::BitWidth(9);
    input.datapath.products_per_check = 2;
    input.array.rows = input.array.columns = 2;
    input.array.lanes = 2;
    input.array.arithmetic = hw::Arithmetic::Structural;
    input.interface = {true, golden::Requantization{}};
    return input;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(signoff_verify)

BOOST_AUTO_TEST_CASE(the_sign_off_of_a_tiny_array_passes_with_every_simulator) {
    if (!have_tools()) return;
    testing::ScratchFolder folder;
    reports::VerifyOptions options;
    options.simulation.campaign = {1, 2, 10};

    reports::Signoff signoff = value_of(reports::run_verify(tiny(), options, folder.path()));

    BOOST_TEST_MESSAGE(to_text(signoff));
    BOOST_TEST(signoff.verdict().has_value());
    BOOST_TEST(signoff.count(CheckStatus::Failed) == 0);
    for (const char* simulator : {"cpp_model", "verilated_rtl", "icarus_rtl", "verilated_netlist",
                                  "icarus_netlist", "trap_twin_verilated_rtl"}) {
        const Metric* outputs =
            signoff.metrics.find(fmt::format("verify__simulation__{}_outputs__count", simulator));
        BOOST_TEST_REQUIRE(outputs != nullptr, simulator);
        BOOST_TEST(outputs->value.get<std::int64_t>() > 100, simulator);
    }
    BOOST_TEST(signoff.metrics.find("verify__interface__icarus_outputs__count")->value == 144);
    for (const char* file : {"signoff.md", "signoff.json", "functional_coverage.txt"})
        BOOST_TEST(std::filesystem::exists(folder.path() / file), file);
}

BOOST_AUTO_TEST_CASE(the_sign_off_of_a_tiny_weight_stationary_array_reaches_all_coverage) {
    if (!have_tools()) return;
    testing::ScratchFolder folder;
    reports::VerifyInput input = tiny();
    input.name = "tiny_weight_stationary";
    input.interface = {};
    input.datapath.tile = 4;
    input.datapath.inner_bits = golden::BitWidth(7);
    input.datapath.outer_bits = golden::BitWidth(8);
    input.datapath.products_per_check = 1;
    input.array.dataflow = hw::Dataflow::WeightStationary;
    input.array.lanes = 1;
    reports::VerifyOptions options;
    options.simulation.campaign = {1, 2, 10};
    options.simulation.systemc = false;

    reports::Signoff signoff = value_of(reports::run_verify(input, options, folder.path()));

    BOOST_TEST_MESSAGE(to_text(signoff));
    BOOST_TEST(signoff.verdict().has_value());
    for (const char* covered : {"functional__array_covered", "functional__trap_twin_covered",
                                "functional__protocol_covered", "code__line_covered"})
        BOOST_TEST(signoff.metrics.find(fmt::format("verify__{}__percent", covered))->value == 100.0,
                   covered);
    BOOST_TEST(signoff.metrics.find("verify__code__toggle_covered__percent")->value.get<double>() >= 95.0);
    BOOST_TEST(signoff.metrics.find("verify__code__toggle_unexplained_holes__count")->value == 0);
}

BOOST_AUTO_TEST_CASE(another_cell_in_the_netlist_is_caught_by_verilator_and_by_icarus) {
    if (!have_tools()) return;
    testing::ScratchFolder folder;
    reports::VerifyInput input = tiny();
    std::filesystem::create_directories(folder.path() / "rtl");
    testing::succeed(hw::write_rtl(folder.path() / "rtl", input.datapath, input.array, "a test"));
    reports::GateNetlist gates =
        value_of(reports::write_gate_netlist(folder.path() / "rtl", input.synth, folder.path() / "gates"));
    // The first NAND of a processing element becomes a NOR.
    std::string netlist = value_of(read_text(gates.folder / "netlist.v"));
    std::size_t module = netlist.find("module macaw_pe");
    std::size_t cell = netlist.find("NAND2X1", module);
    BOOST_TEST_REQUIRE(cell != std::string::npos);
    netlist.replace(cell, 7, "NOR2X1 ");
    testing::succeed(write_text(gates.folder / "netlist.v", netlist));
    sim::SimulationInput simulation{input.datapath, input.array, {}, gates.folder, {}, gates.source, {}};
    sim::SimulationOptions options;
    options.work_folder = folder.path() / "work";
    options.output_folder = folder.path();
    options.campaign = {1, 1, 10};
    options.systemc = options.trap_twin = false;

    sim::SimulationResult result = value_of(sim::run_simulation(simulation, options));

    int seen = 0;
    for (const sim::SimulatorResult& simulator : result.arrays[0].simulators) {
        bool is_netlist = simulator.name.find("netlist") != std::string::npos;
        BOOST_TEST((simulator.mismatches > 0) == is_netlist, simulator.name);
        if (!is_netlist) continue;
        ++seen;
        BOOST_TEST_MESSAGE(simulator.failure->place);
        BOOST_TEST(std::filesystem::exists(simulator.waveform), simulator.failure->place);
    }
    BOOST_TEST(seen == 2);
}

BOOST_AUTO_TEST_SUITE_END()
