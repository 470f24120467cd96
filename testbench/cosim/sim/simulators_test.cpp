// The built simulators themselves: SystemC equals Verilator to the cycle, builds are reused, a broken build
// says why, and one flipped bit in the RTL is caught.
#include <fstream>

#include "hw/array/generate_array.hpp"
#include "sim/cosimulation.hpp"
#include "sim/model/model_array.hpp"
#include "sim/rtl_under_test.hpp"
#include "sim/systemc/systemc_array.hpp"
#include "sim/verilator/verilated_array.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"
#include "testbench/unit/sim/random_layer.hpp"

namespace {

using namespace macaw;
using golden::OverflowMode;
using testing::RandomLayer;

hw::ArrayConfig two_by_three() {
    hw::ArrayConfig array;
    array.rows = 2;
    array.columns = 3;
    array.lanes = 2;
    return array;
}

golden::Datapath narrow(OverflowMode mode, const hw::ArrayConfig& array) {
    golden::Datapath datapath;
    datapath.tile = 4;
    datapath.inner_bits = golden::BitWidth(12);
    datapath.outer_bits = golden::BitWidth(13);
    return sim::with_mode(datapath, mode, array);
}

}  // namespace

BOOST_AUTO_TEST_CASE(systemc_verilator_and_cpp_model_record_the_same_outputs_in_the_same_cycles) {
    testing::ScratchFolder folder;
    for (OverflowMode mode : {OverflowMode::Wrap, OverflowMode::Trap}) {
        hw::ArrayConfig array = two_by_three();
        if (mode == OverflowMode::Trap) {
            array.dataflow = hw::Dataflow::WeightStationary;
            array.lanes = 1;
        }
        golden::Datapath datapath = narrow(mode, array);
        auto verilated = sim::build_generated_array(datapath, array, folder.path(), "test");
        BOOST_TEST_REQUIRE(verilated.has_value(), (verilated ? "" : to_text(verilated.error())));
        auto systemc = sim::build_systemc_array(folder.path() / "rtl", folder.path() / "systemc");
        BOOST_TEST_REQUIRE(systemc.has_value(), (systemc ? "" : to_text(systemc.error())));
        auto design = hw::generate_array(datapath, array);
        RandomLayer layer(datapath, 9, 11, 8, 3);
        sim::LayerStimulus stimulus = sim::make_stimulus(layer.data(), datapath, array);
        for (const sim::Stalls& stalls : {sim::Stalls{}, sim::Stalls{5, 90, 150}}) {
            sim::job::Job job = sim::make_job(stimulus, datapath, array, sim::Pairing::Product, stalls);

            auto first = sim::run_simulator(*verilated, job, folder.path(), "verilated");
            auto second = sim::run_simulator(*systemc, job, folder.path(), "systemc");
            auto third = sim::run_model(*design, job);

            BOOST_TEST_REQUIRE(first.has_value(), (first ? "" : to_text(first.error())));
            BOOST_TEST_REQUIRE(second.has_value(), (second ? "" : to_text(second.error())));
            BOOST_TEST_REQUIRE(third.has_value(), (third ? "" : to_text(third.error())));
            BOOST_TEST(first->words == second->words);
            BOOST_TEST(first->words == third->words);
            BOOST_TEST(first->header.cycles == second->header.cycles);
            BOOST_TEST(first->header.cycles == third->header.cycles);
            BOOST_TEST(first->header.sticky_overflow == second->header.sticky_overflow);
            sim::Comparison same =
                sim::compare_recordings("SystemC", *first, *second, stimulus, datapath, array);
            BOOST_TEST(same.outputs == 9 * 8);
            BOOST_TEST(same.mismatches == 0);
            auto against_golden =
                sim::evaluate("Verilator", layer.data(), stimulus, sim::golden_of(layer.data(), datapath),
                              *first, datapath, array);
            BOOST_TEST(against_golden.comparison.mismatches == 0);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_recording_with_one_changed_word_is_not_equal) {
    hw::ArrayConfig array = two_by_three();
    golden::Datapath datapath = narrow(OverflowMode::Trap, array);
    auto design = hw::generate_array(datapath, array);
    RandomLayer layer(datapath, 9, 11, 8, 3);
    sim::LayerStimulus stimulus = sim::make_stimulus(layer.data(), datapath, array);
    auto recording = sim::run_model(*design, sim::make_job(stimulus, datapath, array));
    BOOST_TEST_REQUIRE(recording.has_value());
    sim::job::Result changed = *recording;
    changed.words[0] ^= 1U;

    sim::Comparison comparison =
        sim::compare_recordings("changed", *recording, changed, stimulus, datapath, array);

    BOOST_TEST(comparison.mismatches == 1);
    BOOST_TEST_REQUIRE(comparison.first.has_value());
    BOOST_TEST(comparison.first->token == 0);
    BOOST_TEST(comparison.first->channel == 0);
}

BOOST_AUTO_TEST_CASE(one_flipped_bit_in_the_rtl_is_caught_in_verilator_and_in_the_cpp_model) {
    testing::ScratchFolder folder;
    hw::ArrayConfig array = two_by_three();
    golden::Datapath datapath = narrow(OverflowMode::Wrap, array);
    auto design = hw::generate_array(datapath, array);
    BOOST_TEST_REQUIRE(design.has_value());
    const rtl::Module* element = design->find("macaw_pe");
    BOOST_TEST_REQUIRE(element != nullptr);
    std::string accumulator;
    for (const rtl::SignalInfo& signal : element->signals())
        if (signal.kind == rtl::SignalKind::Register && signal.type.width == 12) accumulator = signal.name;
    BOOST_TEST_REQUIRE(!accumulator.empty());
    design->invert_bit("macaw_pe", accumulator, 0);
    RandomLayer layer(datapath, 9, 11, 8, 3);
    sim::LayerStimulus stimulus = sim::make_stimulus(layer.data(), datapath, array);

    auto simulator = sim::build_design(*design, datapath, array, folder.path(), "test");
    BOOST_TEST_REQUIRE(simulator.has_value(), (simulator ? "" : to_text(simulator.error())));
    auto rtl = sim::cosimulate(*simulator, layer.data(), stimulus, sim::golden_of(layer.data(), datapath),
                               folder.path(), "flipped bit");
    auto model = sim::cosimulate_model(*design, datapath, array, layer.data(), "flipped bit");

    BOOST_TEST_REQUIRE(rtl.has_value(), (rtl ? "" : to_text(rtl.error())));
    BOOST_TEST_REQUIRE(rtl->comparison.mismatches > 0);
    BOOST_TEST_REQUIRE(model.has_value());
    BOOST_TEST(model->comparison.mismatches == rtl->comparison.mismatches);
    BOOST_TEST(to_string(*rtl->comparison.first).find("flipped bit, token") == 0U);
}

BOOST_AUTO_TEST_CASE(a_simulator_is_built_once_for_the_same_rtl_and_again_for_other_rtl) {
    testing::ScratchFolder folder;
    hw::ArrayConfig array;
    array.rows = array.columns = array.lanes = 1;
    golden::Datapath datapath = narrow(OverflowMode::Wrap, array);

    auto first = sim::build_generated_array(datapath, array, folder.path(), "test");
    auto second = sim::build_generated_array(datapath, array, folder.path(), "test");
    datapath.inner_bits = golden::BitWidth(13);
    auto third = sim::build_generated_array(datapath, array, folder.path(), "test");

    BOOST_TEST_REQUIRE((first && second && third));
    BOOST_TEST(!first->reused);
    BOOST_TEST(second->reused);
    BOOST_TEST(!third->reused);
}

BOOST_AUTO_TEST_CASE(rtl_that_verilator_refuses_is_an_error_with_its_message) {
    testing::ScratchFolder folder;
    hw::ArrayConfig array;
    array.rows = array.columns = array.lanes = 1;
    BOOST_TEST_REQUIRE(
        sim::build_generated_array(narrow(OverflowMode::Wrap, array), array, folder.path(), "test")
            .has_value());
    std::ofstream(folder.path() / "rtl" / "macaw_array.sv")
        << "module macaw_array (input logic clk_i;\nendmodule\n";

    auto built = sim::build_verilated_array(folder.path() / "rtl", folder.path() / "verilated");

    BOOST_TEST_REQUIRE(!built.has_value());
    BOOST_TEST((built.error().kind == ErrorKind::ToolFailed));
    BOOST_TEST(built.error().message.find("syntax error") != std::string::npos, built.error().message);
}
