// The generated SystemVerilog passes the tools without waivers and means the same to them as to the C++
// simulator.
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "golden/support/process.hpp"
#include "hw/array/write_testbench.hpp"
#include "hw/stream/axi_wrapper.hpp"
#include "testbench/support/files.hpp"
#include "tools.hpp"

namespace macaw::hw {

namespace {

using golden::OverflowMode;
using testing::ArrayDriver;

struct Configuration {
    golden::Datapath datapath;
    ArrayConfig array;
    std::string text() const { return to_string(datapath) + ", " + to_string(array); }
};

Configuration make(int rows, int columns, int lanes, int tile, int inner, int outer, OverflowMode inner_mode,
                   OverflowMode outer_mode, Arithmetic arithmetic) {
    Configuration c;
    c.array = {Dataflow::OutputStationary, rows, columns, lanes, arithmetic};
    c.datapath.tile = tile;
    c.datapath.inner_bits = golden::BitWidth(inner);
    c.datapath.outer_bits = golden::BitWidth(outer);
    c.datapath.inner_overflow = inner_mode;
    c.datapath.outer_overflow = outer_mode;
    c.datapath.products_per_check = lanes;
    return c;
}

// Corners by hand, then random ones from a fixed seed.
std::vector<Configuration> spread() {
    std::vector<Configuration> all;
    for (Arithmetic arithmetic : {Arithmetic::Behavioural, Arithmetic::Structural}) {
        all.push_back(make(1, 1, 1, 1, 12, 12, OverflowMode::Wrap, OverflowMode::Wrap, arithmetic));
        all.push_back(make(1, 1, 8, 8, 13, 15, OverflowMode::Trap, OverflowMode::Trap, arithmetic));
        all.push_back(make(1, 3, 1, 4, 10, 12, OverflowMode::Saturate, OverflowMode::Wrap, arithmetic));
        all.push_back(make(4, 1, 2, 8, 3, 3, OverflowMode::Wrap, OverflowMode::Saturate, arithmetic));
        all.push_back(make(2, 2, 4, 8, 5, 9, OverflowMode::Trap, OverflowMode::Saturate, arithmetic));
        all.push_back(make(2, 3, 8, 32, 15, 19, OverflowMode::Wrap, OverflowMode::Wrap, arithmetic));
        all.back().datapath.activation_signedness = golden::Signedness::Unsigned;
        all.push_back(make(3, 2, 4, 12, 13, 15, OverflowMode::Wrap, OverflowMode::Trap, arithmetic));
        if (arithmetic == Arithmetic::Structural)
            all.back().array.form = {Multiplier::Booth, Reduction::Wallace, FinalAdder::KoggeStone,
                                     Accumulation::CarrySave};
        all.push_back(make(2, 2, 2, 6, 2, 30, OverflowMode::Wrap, OverflowMode::Trap, arithmetic));
        all.back().datapath.activation_bits = golden::BitWidth(16);
        all.back().datapath.weight_bits = golden::BitWidth(8);
        all.push_back(make(2, 1, 4, 8, 13, 15, OverflowMode::Wrap, OverflowMode::Wrap, arithmetic));
        all.back().datapath.weight_signedness = golden::Signedness::Unsigned;
        if (arithmetic == Arithmetic::Structural) all.back().array.form.multiplier = Multiplier::Booth;
    }
    auto add_systolic = [&](int rows, int columns, int tile, OverflowMode mode, Arithmetic arithmetic,
                            Pipeline pipeline) {
        all.push_back(make(rows, columns, 1, tile, 12, 14, mode, mode, arithmetic));
        all.back().array.dataflow = Dataflow::WeightStationary;
        all.back().array.pipeline = pipeline;
    };
    add_systolic(1, 1, 1, OverflowMode::Wrap, Arithmetic::Behavioural, Pipeline::None);
    add_systolic(3, 4, 5, OverflowMode::Trap, Arithmetic::Structural, Pipeline::Multiplier);
    add_systolic(8, 2, 4, OverflowMode::Saturate, Arithmetic::Behavioural, Pipeline::None);
    std::mt19937_64 random(2026);
    for (int i = 0; i < 12; ++i) {
        testing::RandomConfiguration c = testing::random_configuration(random);
        all.push_back({c.datapath, c.array});
    }
    return all;
}

rtl::Design generated(const Configuration& c) {
    auto design = generate_array(c.datapath, c.array);
    std::string problem = design ? "" : to_text(design.error());
    BOOST_REQUIRE_EQUAL(problem, "");
    return std::move(*design);
}

bool have(const char* program) {
    if (find_program(program)) return true;
    BOOST_TEST_MESSAGE("skipped: " << program << " is not installed");
    return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rtl_tools_suite)

BOOST_AUTO_TEST_CASE(every_configuration_passes_lint_without_waivers) {
    if (!have("verilator")) return;
    for (const Configuration& c : spread()) {
        macaw::testing::ScratchFolder scratch;
        auto files = testing::write_sources(scratch.path(), rtl::print_design(generated(c), "test"));
        BOOST_TEST(testing::lint(scratch.path(), files) == "", c.text());
    }
}

BOOST_AUTO_TEST_CASE(lint_would_see_an_unused_signal) {
    if (!have("verilator")) return;
    Configuration c = spread().front();
    rtl::Design design = generated(c);
    rtl::Module& top = design.add_module("macaw_wrapped");
    top.wire("forgotten", top.input("a_i", rtl::unsigned_type(1)));
    macaw::testing::ScratchFolder scratch;
    auto files = testing::write_sources(scratch.path(), rtl::print_design(design, "test"));
    BOOST_TEST(testing::lint(scratch.path(), files).find("forgotten") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_configuration_is_read_by_yosys) {
    if (!have("yosys")) return;
    for (const Configuration& c : spread()) {
        macaw::testing::ScratchFolder scratch;
        auto files = testing::write_sources(scratch.path(), rtl::print_design(generated(c), "test"));
        BOOST_TEST(testing::yosys_check(scratch.path(), files) == "", c.text());
    }
}

BOOST_AUTO_TEST_CASE(requantizers_pass_lint_and_synthesis_without_waivers) {
    if (!have("verilator") || !have("yosys")) return;
    for (int columns : {1, 3})
        for (int largest_shift : {1, 31})
            for (auto signedness : {golden::Signedness::Signed, golden::Signedness::Unsigned}) {
                RequantizerShape shape;
                shape.columns = columns;
                shape.requantization.largest_shift = largest_shift;
                shape.requantization.output_signedness = signedness;
                shape.requantization.rounding =
                    columns == 1 ? golden::Rounding::HalfUp : golden::Rounding::HalfEven;
                macaw::testing::ScratchFolder scratch;
                auto files = testing::write_sources(scratch.path(),
                                                    rtl::print_design(*generate_requantizer(shape), "test"));
                BOOST_TEST(testing::lint(scratch.path(), files) == "");
                BOOST_TEST(testing::yosys_check(scratch.path(), files, "macaw_requantizer") == "");
            }
}

BOOST_AUTO_TEST_CASE(axi_wrappers_pass_lint_synthesis_and_icarus_without_waivers) {
    if (!have("verilator") || !have("yosys") || !have("iverilog")) return;
    int number = 0;
    for (const Configuration& c : spread()) {
        AxiWrapper wrapper{c.datapath, c.array, {}};
        if (++number % 2 == 0) wrapper.requantization = golden::Requantization{};
        auto design = generate_axi_wrapper(wrapper);
        BOOST_REQUIRE_MESSAGE(design.has_value(), c.text());
        macaw::testing::ScratchFolder scratch;
        auto files = testing::write_sources(scratch.path(), rtl::print_design(*design, "test"));
        BOOST_TEST(testing::lint(scratch.path(), files) == "", c.text());
        BOOST_TEST(testing::yosys_check(scratch.path(), files, "macaw_axi") == "", c.text());
        BOOST_TEST(testing::icarus_compile(scratch.path(), files) == "", c.text());
    }
}

BOOST_AUTO_TEST_CASE(icarus_gives_the_results_of_the_cpp_simulator_and_of_golden) {
    if (!have("iverilog")) return;
    std::mt19937_64 random(11);
    for (const Configuration& c : spread()) {
        rtl::Design design = generated(c);
        auto groups = corner_groups(c.datapath, c.array, random);
        ArrayDriver driver(c.datapath, c.array, design);
        driver.reset();
        auto rows = rows_as_hex(c.datapath, driver.run(groups, {25, 25}, random));
        auto expected = rows_as_hex(c.datapath, expected_rows(c.datapath, c.array, groups));
        BOOST_TEST(rows == expected, c.text());
        macaw::testing::ScratchFolder scratch;
        auto files = testing::write_sources(scratch.path(), rtl::print_design(design, "test"));
        std::string icarus = testing::icarus_check(scratch.path(), files, c.datapath, c.array, groups);
        BOOST_TEST(icarus.starts_with(fmt::format("PASS: {} rows", rows.size())), c.text() << ": " << icarus);
    }
}

BOOST_AUTO_TEST_CASE(one_flipped_bit_in_the_text_is_caught_by_icarus) {
    if (!have("iverilog")) return;
    std::mt19937_64 random(12);
    Configuration trap =
        make(2, 2, 4, 8, 13, 15, OverflowMode::Trap, OverflowMode::Trap, Arithmetic::Structural);
    Configuration carry_save =
        make(2, 2, 4, 8, 13, 15, OverflowMode::Wrap, OverflowMode::Trap, Arithmetic::Structural);
    carry_save.array.form = {Multiplier::Booth, Reduction::Wallace, FinalAdder::BrentKung,
                             Accumulation::CarrySave};
    struct Fault {
        const Configuration& configuration;
        const char* module;
        const char* signal;
    };
    const Fault faults[] = {{trap, "macaw_dot_product", "row_a"},
                            {trap, "macaw_pe", "outer_q"},
                            {trap, "macaw_control", "dot_open_q"},
                            {carry_save, "macaw_pe", "inner_carry_q"},
                            {carry_save, "macaw_resolve", "adder_generate_4"},
                            {carry_save, "macaw_dot_product", "digit_3_0_two"}};
    for (const auto& [c, module, signal] : faults) {
        auto groups = corner_groups(c.datapath, c.array, random);
        rtl::Design design = generated(c);
        design.invert_bit(module, signal, 0);
        macaw::testing::ScratchFolder scratch;
        auto files = testing::write_sources(scratch.path(), rtl::print_design(design, "test"));
        std::string icarus = testing::icarus_check(scratch.path(), files, c.datapath, c.array, groups);
        BOOST_TEST(icarus.find("FAIL: ") != std::string::npos, signal << ": " << icarus);
        BOOST_TEST(icarus.starts_with("exit code 1\n"), signal);
    }
}

// The testbench that is emitted is not written for one simulator.
BOOST_AUTO_TEST_CASE(the_emitted_testbench_runs_under_verilator_too) {
    if (!have("verilator")) return;
    Configuration c =
        make(2, 3, 4, 8, 9, 11, OverflowMode::Saturate, OverflowMode::Trap, Arithmetic::Structural);
    for (bool with_fault : {false, true}) {
        rtl::Design design = generated(c);
        if (with_fault) design.invert_bit("macaw_pe", "outer_q", 3);
        macaw::testing::ScratchFolder scratch;
        std::vector<std::string> command = {"verilator",
                                            "--binary",
                                            "--timing",
                                            "-Wno-fatal",
                                            "--top",
                                            "macaw_array_testbench",
                                            "testbench/macaw_array_testbench.sv"};
        for (const std::string& name :
             testing::write_sources(scratch.path(), rtl::print_design(design, "test")))
            command.push_back(name);
        BOOST_REQUIRE(write_testbench(scratch.path(), c.datapath, c.array).has_value());
        auto built = run_process(command, {scratch.path(), ""});
        BOOST_REQUIRE(built.has_value());
        BOOST_REQUIRE_MESSAGE(built->exit_code == 0, built->output);
        auto ran =
            run_process({(scratch.path() / "obj_dir/Vmacaw_array_testbench").string()}, {scratch.path(), ""});
        BOOST_REQUIRE(ran.has_value());
        BOOST_TEST((ran->exit_code == 0) == !with_fault);
        BOOST_TEST(ran->output.find(with_fault ? "FAIL: " : "PASS: ") != std::string::npos, ran->output);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
