// The plain vector MAC that generated units are compared with is the same function: golden modulo 2^P, in
// Icarus and in Verilator, and Yosys reads it. The generated unit runs on the same bench.
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "golden/support/file.hpp"
#include "golden/support/process.hpp"
#include "hw/array/vector_mac_unit.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/hw/vector_mac_stimulus.hpp"
#include "tools.hpp"

namespace macaw::hw {

namespace {

namespace fs = std::filesystem;

const fs::path kBaseline = macaw::testing::source_folder() / "testbench/baseline/vector_mac_baseline.sv";
const fs::path kBench = macaw::testing::source_folder() / "testbench/baseline/vector_mac_testbench.sv";

bool have(const char* program) {
    if (find_program(program)) return true;
    BOOST_TEST_MESSAGE("skipped: " << program << " is not installed");
    return false;
}

DotProductShape shape_of(int lanes, int m, int n, int p) {
    return {lanes,
            golden::BitWidth(n),
            golden::Signedness::Signed,
            golden::BitWidth(m),
            golden::BitWidth(p),
            golden::OverflowMode::Wrap};
}

// K and M = N and P of the published studies at their ends, lanes that are no power of two, a tree narrower
// and wider than the accumulator.
const DotProductShape kShapes[] = {shape_of(32, 3, 3, 10), shape_of(64, 8, 8, 16), shape_of(128, 4, 4, 32),
                                   shape_of(16, 4, 8, 16), shape_of(5, 2, 7, 12),  shape_of(1, 8, 3, 12)};

struct Dut {
    std::string module;
    std::string parameters;
    std::vector<std::string> files;
};

Dut baseline(const DotProductShape& shape, const fs::path& file = kBaseline) {
    return {"vector_mac_baseline",
            fmt::format("#(.K({}),.M({}),.N({}),.P({}))", shape.lanes, shape.weight_bits.bits(),
                        shape.activation_bits.bits(), shape.accumulator_bits.bits()),
            {file.string()}};
}

std::vector<std::string> macros(const Dut& dut, const DotProductShape& shape, int beats) {
    return {"-DDUT=" + dut.module,
            "-DPARAMETERS=" + dut.parameters,
            fmt::format("-DBEATS={}", beats),
            fmt::format("-DLANES={}", shape.lanes),
            fmt::format("-DM={}", shape.weight_bits.bits()),
            fmt::format("-DN={}", shape.activation_bits.bits()),
            fmt::format("-DP={}", shape.accumulator_bits.bits())};
}

std::string run(std::vector<std::string> command, const fs::path& folder) {
    auto result = run_process(command, {folder, ""});
    if (!result) return to_text(result.error());
    return result->output + (result->exit_code == 0 ? "" : fmt::format("\nexit code {}", result->exit_code));
}

void write_stimulus(const fs::path& folder, const DotProductShape& shape, int beats) {
    std::mt19937_64 random(11);
    testing::HexImages images = testing::hex_images(testing::vector_mac_beats(shape, beats, random), shape);
    BOOST_REQUIRE(write_text(folder / "beats.hex", images.beats).has_value());
    BOOST_REQUIRE(write_text(folder / "expected.hex", images.expected).has_value());
}

constexpr int kBeats = 40;

std::string run_icarus(const Dut& dut, const DotProductShape& shape) {
    macaw::testing::ScratchFolder scratch;
    write_stimulus(scratch.path(), shape, kBeats);
    std::vector<std::string> command = {"iverilog", "-g2012", "-o", "simulation"};
    for (const std::string& macro : macros(dut, shape, kBeats)) command.push_back(macro);
    command.push_back(kBench.string());
    command.insert(command.end(), dut.files.begin(), dut.files.end());
    std::string problem = run(command, scratch.path());
    return problem.empty() ? run({"vvp", "-n", "simulation"}, scratch.path()) : problem;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(vector_mac_baseline_suite)

BOOST_AUTO_TEST_CASE(the_plain_unit_computes_golden_modulo_2_to_the_p_in_icarus) {
    if (!have("iverilog")) return;
    for (const DotProductShape& shape : kShapes) {
        const std::string output = run_icarus(baseline(shape), shape);
        BOOST_TEST(output.find("PASS: ") != std::string::npos, output);
    }
}

BOOST_AUTO_TEST_CASE(the_generated_unit_runs_on_the_same_bench) {
    if (!have("iverilog")) return;
    DotProductShape shape = shape_of(16, 4, 8, 16);
    StructuralForm form;
    form.accumulation = Accumulation::CarrySave;
    macaw::testing::ScratchFolder scratch;
    rtl::Design design = vector_mac_unit(shape, Arithmetic::Structural, form);
    Dut dut{kVectorMacUnit, "", {}};
    for (const std::string& file : testing::write_sources(scratch.path(), rtl::print_design(design, "test")))
        dut.files.push_back((scratch.path() / file).string());
    BOOST_TEST(run_icarus(dut, shape).find("PASS: ") != std::string::npos);
    // Clean in lint as everything that is generated.
    if (have("verilator")) BOOST_TEST(testing::lint(scratch.path(), dut.files) == "");
}

// Negative control: a tree that loses one bit.
BOOST_AUTO_TEST_CASE(a_truncated_tree_is_caught) {
    if (!have("iverilog")) return;
    auto text = read_text(kBaseline);
    BOOST_REQUIRE(text.has_value());
    const std::string exact = "Sum'(tree)", cut = "Sum'($signed(tree[Tree-2:0]))";
    const std::size_t at = text->find(exact);
    BOOST_REQUIRE(at != std::string::npos);
    macaw::testing::ScratchFolder scratch;
    BOOST_REQUIRE(write_text(scratch.path() / "cut.sv", text->replace(at, exact.size(), cut)).has_value());
    DotProductShape shape = shape_of(32, 3, 3, 32);
    std::string output = run_icarus(baseline(shape, scratch.path() / "cut.sv"), shape);
    BOOST_TEST(output.find("FAIL: ") != std::string::npos, output);
}

BOOST_AUTO_TEST_CASE(verilator_agrees_and_lint_is_clean) {
    if (!have("verilator")) return;
    DotProductShape shape = shape_of(5, 2, 7, 12);
    macaw::testing::ScratchFolder scratch;
    write_stimulus(scratch.path(), shape, kBeats);
    Dut dut = baseline(shape);
    std::vector<std::string> command = {"verilator",  "--binary", "--timing",
                                        "-Wno-fatal", "--top",    "vector_mac_testbench"};
    for (const std::string& macro : macros(dut, shape, kBeats)) command.push_back(macro);
    command.push_back(kBench.string());
    command.push_back(kBaseline.string());
    auto built = run_process(command, {scratch.path(), ""});
    BOOST_REQUIRE(built.has_value());
    BOOST_REQUIRE_MESSAGE(built->exit_code == 0, built->output);
    BOOST_TEST(
        run({(scratch.path() / "obj_dir/Vvector_mac_testbench").string()}, scratch.path()).find("PASS: ") !=
        std::string::npos);
    for (const DotProductShape& each : kShapes)
        BOOST_TEST(run({"verilator", "--lint-only", "-Wall", fmt::format("-GK={}", each.lanes),
                        fmt::format("-GM={}", each.weight_bits.bits()),
                        fmt::format("-GN={}", each.activation_bits.bits()),
                        fmt::format("-GP={}", each.accumulator_bits.bits()), kBaseline.string()},
                       scratch.path()) == "");
}

BOOST_AUTO_TEST_CASE(yosys_reads_the_plain_unit) {
    if (!have("yosys")) return;
    macaw::testing::ScratchFolder scratch;
    std::string script = fmt::format(
        "read_verilog -sv {}; hierarchy -check -top vector_mac_baseline -chparam K 6 -chparam P 10; "
        "proc; check -assert",
        kBaseline.string());
    BOOST_TEST(run({"yosys", "-q", "-p", script}, scratch.path()) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
