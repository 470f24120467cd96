// The simulators of a sign-off on a tiny array: all agree, and a fault that is printed into the RTL is caught
// by each of them at the place where the C++ model of the same fault shows it, with a waveform of that cycle.
#include <fstream>

#include "hw/array/generate_array.hpp"
#include "sim/signoff/simulation_checks.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

namespace {

using namespace macaw;
using sim::CheckStatus;

sim::SimulationInput tiny() {
    sim::SimulationInput input;
    input.datapath.weight_bits = golden::BitWidth(3);
    input.datapath.activation_bits = golden::BitWidth(4);
    input.datapath.tile = 8;
    input.datapath.inner_bits = golden::BitWidth(8);
    input.datapath.outer_bits = golden::BitWidth(9);
    input.datapath.products_per_check = 2;
    input.array.rows = input.array.columns = 2;
    input.array.lanes = 2;
    input.netlist_missing = "not in this test";
    return input;
}

sim::SimulationOptions options_in(const testing::ScratchFolder& folder) {
    sim::SimulationOptions options;
    options.work_folder = folder.path() / "work";
    options.output_folder = folder.path();
    options.campaign = {1, 2, 10};
    options.icarus_cycles = 1500;
    options.command_line = "test";
    return options;
}

// First and last time of an FST file: two big-endian numbers in its header block.
std::pair<std::uint64_t, std::uint64_t> times_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::vector<unsigned char> header(25);
    stream.read(reinterpret_cast<char*>(header.data()), 25);
    BOOST_TEST_REQUIRE(stream.good());
    BOOST_TEST_REQUIRE(static_cast<int>(header[0]) == 0);  // a header block
    auto number = [&](std::size_t at) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < 8; ++i) value = value << 8U | header[at + i];
        return value;
    };
    return {number(9), number(17)};
}

sim::SimulationResult run(const sim::SimulationInput& input, const testing::ScratchFolder& folder) {
    auto result = sim::run_simulation(input, options_in(folder));
    BOOST_TEST_REQUIRE(result.has_value(), (result ? "" : to_text(result.error())));
    return std::move(*result);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_simulator_of_a_sign_off_equals_golden) {
    testing::ScratchFolder folder;

    sim::SimulationResult result = run(tiny(), folder);

    BOOST_TEST(result.arrays.size() == 2U);  // as configured, and the trap twin
    for (const sim::SignoffCheck& check : result.part.checks) {
        bool passed = check.status == CheckStatus::Passed || check.status == CheckStatus::Skipped;
        BOOST_TEST(passed, check.name << ": " << check.figure);
        BOOST_TEST_MESSAGE(check.name << ": " << check.figure);
    }
    const auto& simulators = result.arrays[0].simulators;
    BOOST_TEST(simulators.size() + result.arrays[0].skipped.size() == 6U);
    for (const sim::SimulatorResult& simulator : simulators) {
        BOOST_TEST(simulator.outputs > 300, simulator.name);
        BOOST_TEST(simulator.resets > 0, simulator.name);
    }
    BOOST_TEST(result.part.metrics.find("verify__functional__array_covered__percent")->value == 100.0);
}

// Bit 0 of the weight of column 1, lane 0: the C++ model of the same fault says where it first shows.
BOOST_AUTO_TEST_CASE(a_fault_in_the_rtl_is_caught_by_every_simulator_with_a_waveform_of_the_cycle) {
    testing::ScratchFolder folder;
    sim::SimulationInput input = tiny();
    auto fault = [](rtl::Design& design) { design.invert_bit("macaw_array", "weight_q", 6); };
    rtl::Design faulty = *hw::generate_array(input.datapath, input.array);
    fault(faulty);
    auto known = sim::play_stimulus(faulty, input.datapath, input.array,
                                    sim::corner_jobs(input.datapath, input.array));
    BOOST_TEST_REQUIRE(known.has_value());
    const std::string place = sim::judge_model(*known).failure->place;
    BOOST_TEST(place.find("column 1: expected ") != std::string::npos, place);
    input.fault = fault;

    sim::SimulationResult result = run(input, folder);

    const auto& simulators = result.arrays[0].simulators;
    BOOST_TEST(simulators[0].mismatches == 0);  // the C++ model runs the array without the fault
    BOOST_TEST_REQUIRE(simulators.size() >= 2U);
    for (std::size_t at = 1; at < simulators.size(); ++at) {
        const sim::SimulatorResult& simulator = simulators[at];
        BOOST_TEST(simulator.mismatches > 10, simulator.name);
        BOOST_TEST_REQUIRE(simulator.failure.has_value(), simulator.name);
        BOOST_TEST(simulator.failure->place.find(place) == 0U,
                   simulator.name << ": " << simulator.failure->place);
        BOOST_TEST_REQUIRE(std::filesystem::exists(simulator.waveform), simulator.failure->place);
        BOOST_TEST(std::filesystem::file_size(simulator.waveform) > 500U);
        // Ten time units a cycle; "...; cycle 7, waveform ...": the file holds it, and little more.
        std::uint64_t cycle =
            std::stoull(simulator.failure->place.substr(simulator.failure->place.rfind("; cycle ") + 8));
        auto [from, to] = times_of(simulator.waveform);
        BOOST_TEST(cycle > 0U);
        BOOST_TEST(from <= 10 * cycle);
        BOOST_TEST(to >= 10 * cycle + 5);
        BOOST_TEST(to - from <= 10 * 50U);
    }
    auto failed = [&](const std::string& name) {
        for (const sim::SignoffCheck& check : result.part.checks)
            if (check.name == name) return check.status == CheckStatus::Failed;
        return false;
    };
    BOOST_TEST(failed("Verilated RTL equals golden"));
    BOOST_TEST(failed("trap twin: Verilated RTL equals golden"));
}

// Results move into the drain chain when they must not, and not when they must.
BOOST_AUTO_TEST_CASE(a_fault_that_stops_the_handshake_is_reported_with_its_cycle) {
    testing::ScratchFolder folder;
    sim::SimulationInput input = tiny();
    input.fault = [](rtl::Design& design) { design.invert_bit("macaw_control", "load", 0); };
    sim::SimulationOptions options = options_in(folder);
    options.systemc = options.trap_twin = false;
    options.campaign.seeds = 0;
    options.icarus_cycles = 300;

    auto result = sim::run_simulation(input, options);

    BOOST_TEST_REQUIRE(result.has_value(), (result ? "" : to_text(result.error())));
    for (std::size_t at = 1; at < result->arrays[0].simulators.size(); ++at) {
        const sim::SimulatorResult& simulator = result->arrays[0].simulators[at];
        BOOST_TEST_REQUIRE(simulator.failure.has_value(), simulator.name);
        BOOST_TEST(simulator.failure->in_cycle.has_value(), simulator.failure->place);
        BOOST_TEST(std::filesystem::exists(simulator.waveform), simulator.failure->place);
    }
}
