// Reading gate-level netlists and counting their toggles, on netlists small enough to check by hand. Cells
// are those of OSU018; Yosys turns the Verilog of each test into the JSON that is read.
#include "sim/netlist/netlist.hpp"

#include <random>

#include <boost/test/unit_test.hpp>

#include "golden/support/process.hpp"
#include "sim/netlist/constant_outputs.hpp"
#include "sim/netlist/simulator.hpp"
#include "testbench/support/files.hpp"

namespace {

using namespace macaw;

constexpr const char* kLibertyFile = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib";

template <typename T>
T value_of(Expected<T> result) {
    std::string problem = result ? "" : to_text(result.error());
    BOOST_REQUIRE_EQUAL(problem, "");
    return std::move(*result);
}

void succeed(const Expected<void>& result) {
    BOOST_REQUIRE_EQUAL(result ? "" : to_text(result.error()), "");
}

const sim::CellLibrary& osu018() {
    static const sim::CellLibrary library = [] {
        testing::ScratchFolder folder;
        std::string file = (folder.path() / "cells.json").string();
        value_of(run_tool(
            {"yosys", "-q", "-p", fmt::format("read_liberty {}; write_json {}", kLibertyFile, file)}));
        return value_of(sim::CellLibrary::read(file));
    }();
    return library;
}

Expected<sim::FlatNetlist> read(const std::string& verilog, const std::string& top = "top") {
    testing::ScratchFolder folder;
    std::string source = (folder.path() / "netlist.v").string();
    std::string json = (folder.path() / "netlist.json").string();
    MACAW_CHECK(write_text(source, verilog));
    MACAW_TRY(std::string ignored,
              run_tool({"yosys", "-q", "-p",
                        fmt::format("read_liberty -lib {}; read_verilog {}; hierarchy -top {}; write_json {}",
                                    kLibertyFile, source, top, json)}));
    return sim::read_netlist(json, osu018(), top);
}

std::string problem_of(const std::string& verilog) {
    auto netlist = read(verilog);
    return netlist ? "" : netlist.error().message;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// Inputs of one-bit ports by name, in every lane.
void set(sim::NetlistSimulator& simulator, const sim::FlatNetlist& netlist, const std::string& port,
         std::uint64_t lanes) {
    simulator.set(netlist.ports.at(port).nets.at(0), lanes);
}

// A 3-bit counter of inverters, XORs and flip-flops without reset.
const std::string kCounter = R"(
module top (input clk_i, output [2:0] q);
  wire [2:0] d; wire carry;
  INVX1 i0 (.A(q[0]), .Y(d[0]));
  XOR2X1 x1 (.A(q[0]), .B(q[1]), .Y(d[1]));
  AND2X1 c1 (.A(q[0]), .B(q[1]), .Y(carry));
  XOR2X1 x2 (.A(carry), .B(q[2]), .Y(d[2]));
  DFFPOSX1 f0 (.CLK(clk_i), .D(d[0]), .Q(q[0]));
  DFFPOSX1 f1 (.CLK(clk_i), .D(d[1]), .Q(q[1]));
  DFFPOSX1 f2 (.CLK(clk_i), .D(d[2]), .Q(q[2]));
endmodule)";

}  // namespace

BOOST_AUTO_TEST_SUITE(netlist)

BOOST_AUTO_TEST_CASE(cell_functions_equal_their_truth_tables) {
    auto table = [](const char* cell, std::size_t output) {
        return sim::truth_table(*osu018().find(cell), output);
    };
    BOOST_TEST(table("INVX1", 0) == 0b01U);
    BOOST_TEST(table("BUFX2", 0) == 0b10U);
    BOOST_TEST(table("NAND2X1", 0) == 0b0111U);
    BOOST_TEST(table("NOR2X1", 0) == 0b0001U);
    BOOST_TEST(table("XNOR2X1", 0) == 0b1001U);
    BOOST_TEST(table("AOI21X1", 0) == 0b00000111U);  // !(A B + C), C is bit 2
    BOOST_TEST(table("FAX1", 0) == 0b11101000U);     // YC: majority
    BOOST_TEST(table("FAX1", 1) == 0b10010110U);     // YS: parity
    BOOST_TEST(table("MUX2X1", 0) == 0b01010011U);   // !(S ? A : B), inputs A, B, S
}

BOOST_AUTO_TEST_CASE(flip_flops_are_recognised_and_latches_and_three_state_buffers_are_refused) {
    BOOST_TEST(osu018().find("DFFPOSX1")->flip_flop.has_value());
    BOOST_TEST(osu018().find("DFFPOSX1")->refusal == "");
    BOOST_TEST(!osu018().find("DFFNEGX1")->flip_flop->rising);
    BOOST_TEST(osu018().find("DFFSR")->flip_flop->asynchronous.size() == 2U);
    BOOST_TEST(osu018().find("LATCH")->refusal != "");
    BOOST_TEST(osu018().find("TBUFX1")->refusal != "");
}

BOOST_AUTO_TEST_CASE(a_counter_counts_and_bit_k_toggles_every_two_to_the_k_cycles) {
    sim::FlatNetlist netlist = value_of(read(kCounter));
    sim::NetlistSimulator simulator(netlist);
    simulator.settle();
    simulator.mark_settled();
    for (int cycle = 0; cycle < 16; ++cycle) {
        simulator.clock_edge();
        simulator.settle();
        simulator.count_cycle();
    }
    const auto& q = netlist.ports.at("q").nets;
    BOOST_TEST(simulator.toggles()[q[0]] == 64U * 16);
    BOOST_TEST(simulator.toggles()[q[1]] == 64U * 8);
    BOOST_TEST(simulator.toggles()[q[2]] == 64U * 4);
    for (sim::NetId bit : q) BOOST_TEST(simulator.ones()[bit] == 64U * 8);
    BOOST_TEST(simulator.get(q[0]) == 0U);  // 16 = 0 modulo 8
}

BOOST_AUTO_TEST_CASE(lanes_are_independent_of_each_other) {
    sim::FlatNetlist netlist = value_of(read(R"(
module top (input clk_i, input a, input b, input c, output sum, output carry);
  FAX1 fa (.A(a), .B(b), .C(c), .YS(sum), .YC(carry));
endmodule)"));
    sim::NetlistSimulator simulator(netlist);
    std::mt19937_64 random(7);
    std::uint64_t a = random(), b = random(), c = random();
    set(simulator, netlist, "a", a);
    set(simulator, netlist, "b", b);
    set(simulator, netlist, "c", c);
    simulator.settle();
    BOOST_TEST(simulator.get(netlist.ports.at("sum").nets[0]) == (a ^ b ^ c));
    BOOST_TEST(simulator.get(netlist.ports.at("carry").nets[0]) == ((a & b) | (a & c) | (b & c)));
}

BOOST_AUTO_TEST_CASE(a_cycle_counts_for_all_lanes_together_and_for_each) {
    sim::FlatNetlist netlist = value_of(read(R"(
module top (input clk_i, input a, output y);
  INVX1 inv (.A(a), .Y(y));
endmodule)"));
    const std::vector<double> weights(netlist.nets, 1);
    sim::LaneToggles lanes(weights);
    sim::NetlistSimulator simulator(netlist);
    simulator.settle();
    simulator.mark_settled();
    for (std::uint64_t value : {0b101U, 0b100U, 0b110U}) {  // lane 0: up, down; lane 1: up; lane 2: up
        set(simulator, netlist, "a", value);
        simulator.settle();
        simulator.count_cycle(lanes);
    }
    BOOST_TEST(lanes.sums()[0] == 4.0);  // two toggles of a and of y
    BOOST_TEST(lanes.sums()[1] == 2.0);
    BOOST_TEST(lanes.sums()[2] == 2.0);
    BOOST_TEST(lanes.sums()[3] == 0.0);
    const sim::NetId a = netlist.ports.at("a").nets[0];
    BOOST_TEST(simulator.toggles()[a] == 4U);
    BOOST_TEST(simulator.ones()[a] == 5U);
    BOOST_TEST(simulator.ones()[netlist.ports.at("y").nets[0]] == 3U * 64 - 5);
}

BOOST_AUTO_TEST_CASE(hierarchy_gives_paths_and_wires_through_a_submodule_work) {
    sim::FlatNetlist netlist = value_of(read(R"(
module pass (output before, input a, output same, output inverse, output one);
  assign before = a;
  assign same = a;
  assign one = 1'b1;
  INVX1 inv (.A(a), .Y(inverse));
endmodule
module top (input clk_i, input a, output x, output y, output z);
  wire w;
  wire v;
  pass p0 (.a(a), .before(v), .same(), .inverse(x), .one(z));
  pass p1 (.a(v), .before(), .same(w), .inverse(), .one());
  pass p2 (.a(w), .before(), .same(), .inverse(y), .one());
endmodule)"));
    BOOST_REQUIRE_EQUAL(netlist.instances.size(), 3U);
    BOOST_TEST(netlist.instances[0].path == "p0/inv");
    BOOST_TEST(netlist.instances[2].path == "p2/inv");
    BOOST_TEST(netlist.instances[2].module == "pass");
    sim::NetlistSimulator simulator(netlist);
    set(simulator, netlist, "a", 0xF0F0);
    simulator.settle();
    BOOST_TEST(simulator.get(netlist.ports.at("x").nets[0]) == ~std::uint64_t{0xF0F0});
    BOOST_TEST(simulator.get(netlist.ports.at("y").nets[0]) == ~std::uint64_t{0xF0F0});
    BOOST_TEST(simulator.get(netlist.ports.at("z").nets[0]) == ~std::uint64_t{0});
}

BOOST_AUTO_TEST_CASE(an_undriven_net_is_refused) {
    BOOST_TEST(
        contains(problem_of("module top (input clk_i, output y); wire n; INVX1 i (.A(n), .Y(y)); endmodule"),
                 "nothing drives"));
}

BOOST_AUTO_TEST_CASE(an_unconnected_input_is_refused) {
    BOOST_TEST(contains(problem_of("module top (input clk_i, output y); INVX1 i (.Y(y)); endmodule"),
                        "not connected"));
}

BOOST_AUTO_TEST_CASE(two_drivers_on_a_net_are_refused) {
    BOOST_TEST(contains(problem_of("module top (input clk_i, input a, output y); INVX1 i (.A(a), .Y(y)); "
                                   "INVX1 j (.A(a), .Y(y)); endmodule"),
                        "driven already"));
}

BOOST_AUTO_TEST_CASE(a_combinational_loop_is_refused) {
    BOOST_TEST(contains(problem_of("module top (input clk_i, output y); wire n; INVX1 i (.A(n), .Y(y)); "
                                   "INVX1 j (.A(y), .Y(n)); endmodule"),
                        "combinational loop"));
}

BOOST_AUTO_TEST_CASE(a_gated_clock_and_a_falling_edge_are_refused) {
    BOOST_TEST(contains(
        problem_of("module top (input clk_i, input a, output q); wire g; "
                   "AND2X1 gate (.A(clk_i), .B(a), .Y(g)); DFFPOSX1 f (.CLK(g), .D(a), .Q(q)); endmodule"),
        "rising edge of clk_i"));
    BOOST_TEST(contains(
        problem_of(
            "module top (input clk_i, input a, output q); DFFNEGX1 f (.CLK(clk_i), .D(a), .Q(q)); endmodule"),
        "rising edge of clk_i"));
}

BOOST_AUTO_TEST_CASE(an_asynchronous_reset_is_accepted_only_when_tied_inactive) {
    auto with_reset = [](const std::string& reset) {
        return "module top (input clk_i, input a, output q); DFFSR f (.CLK(clk_i), .D(a), .R(" + reset +
               "), .S(1'b1), .Q(q)); endmodule";
    };
    BOOST_TEST(problem_of(with_reset("1'b1")) == "");
    BOOST_TEST(contains(problem_of(with_reset("a")), "asynchronous"));
    BOOST_TEST(contains(problem_of(with_reset("1'b0")), "asynchronous"));
}

// A library whose only flip-flop inverts its input and has a reset, which a tie cell holds inactive.
BOOST_AUTO_TEST_CASE(flip_flops_with_inverted_data_and_resets_held_by_tie_cells_work) {
    testing::ScratchFolder folder;
    auto path = [&](const char* name) { return (folder.path() / name).string(); };
    succeed(write_text(path("cells.lib"), R"(library (tiny) {
  cell (TIE) { area : 1; pin (Z) { direction : output; function : "1"; } }
  cell (DFFN) { area : 1;
    ff (IQ, IQN) { clocked_on : "CK"; next_state : "D'"; clear : "RN'"; }
    pin (CK) { direction : input; clock : true; } pin (D) { direction : input; } pin (RN) { direction : input; }
    pin (QN) { direction : output; function : "IQN"; } }
})"));
    succeed(write_text(path("netlist.v"), R"(
module top (input clk_i, input d, output q);
  wire one; TIE t (.Z(one));
  DFFN f (.CK(clk_i), .D(d), .RN(one), .QN(q));
endmodule)"));
    value_of(run_tool(
        {"yosys", "-q", "-p",
         fmt::format("read_liberty {0}; write_json {1}; design -reset; read_liberty -lib {0}; "
                     "read_verilog {2}; hierarchy -top top; write_json {3}",
                     path("cells.lib"), path("cells.json"), path("netlist.v"), path("netlist.json"))}));
    sim::CellLibrary cells = value_of(sim::CellLibrary::read(path("cells.json")));
    sim::FlatNetlist netlist = value_of(sim::read_netlist(path("netlist.json"), cells, "top"));
    sim::NetlistSimulator simulator(netlist);
    set(simulator, netlist, "d", 0x1234);
    simulator.settle();
    BOOST_TEST(simulator.get(netlist.ports.at("q").nets[0]) == ~std::uint64_t{0});  // state 0, inverted
    simulator.clock_edge();
    simulator.settle();
    BOOST_TEST(simulator.get(netlist.ports.at("q").nets[0]) == 0x1234U);  // inverted twice
}

BOOST_AUTO_TEST_CASE(a_cell_without_a_known_function_is_refused) {
    BOOST_TEST(contains(
        problem_of("module top (input clk_i, input a, output y); TBUFX1 t (.A(a), .EN(a), .Y(y)); endmodule"),
        "cannot be simulated"));
}

// One through a submodule, one behind an inverter, one forced by a zero; a register and an input are none.
BOOST_AUTO_TEST_CASE(outputs_that_no_input_and_no_register_reaches_are_constant) {
    sim::FlatNetlist netlist = value_of(read(R"(
module constants (output [1:0] c);
  assign c = 2'b10;
endmodule
module top (input clk_i, input a, output [4:0] y, output z);
  wire [1:0] c;
  constants k (.c(c));
  assign z = c[1];
  INVX1 i (.A(c[0]), .Y(y[0]));
  AND2X1 g (.A(a), .B(c[0]), .Y(y[1]));
  AND2X1 h (.A(a), .B(c[1]), .Y(y[2]));
  DFFPOSX1 f (.CLK(clk_i), .D(a), .Q(y[3]));
  assign y[4] = a;
endmodule)"));
    const std::set<std::string> expected = {"y[0]", "y[1]", "z"};
    BOOST_TEST(sim::constant_outputs(netlist) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
