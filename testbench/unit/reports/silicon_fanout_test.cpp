// Buffer trees on nets that cross the borders of modules.
#include <map>

#include <boost/test/unit_test.hpp>

#include "golden/support/process.hpp"
#include "reports/silicon/fanout.hpp"
#include "testbench/support/files.hpp"

namespace {

using namespace macaw;
using nlohmann::json;

template <typename T>
T value_of(Expected<T> result) {
    std::string problem = result ? "" : to_text(result.error());
    BOOST_REQUIRE_EQUAL(problem, "");
    return std::move(*result);
}

struct Example {
    testing::ScratchFolder folder;
    reports::Library library;
    json netlist;

    explicit Example(const std::string& verilog) {
        reports::ToolLog log = value_of(reports::ToolLog::create(folder.path(), "log"));
        library = value_of(reports::load_library({"osu018"}, log));
        BOOST_REQUIRE(write_text(folder.path() / "in.v", verilog).has_value());
        value_of(log.run({"yosys", "-q", "-p",
                          "read_liberty -lib " + library.merged +
                              "; read_verilog in.v; hierarchy -top top; write_json in.json"}));
        netlist = json::parse(value_of(read_text(folder.path() / "in.json")));
    }

    // The most input pins, submodules' ones counted as one, on any net of a module but the clock.
    std::size_t largest_load(const std::string& module) const {
        std::map<std::string, std::size_t> loads;
        for (const auto& [name, cell] : netlist["modules"][module]["cells"].items())
            for (const auto& [port, bits] : cell["connections"].items())
                if (port != "clk_i" &&
                    netlist["modules"][cell["type"].get<std::string>()]["ports"][port]["direction"] ==
                        "input")
                    for (const json& bit : bits) ++loads[bit.dump()];
        std::size_t largest = 0;
        for (const auto& [bit, count] : loads) largest = std::max(largest, count);
        return largest;
    }
};

// `leaf` has `inside` inverters on its input a; top has `copies` of them behind one inverter.
std::string tree(int inside, int copies) {
    std::string text = "module leaf (input clk_i, input a); \n";
    for (int i = 0; i < inside; ++i) text += fmt::format("INVX1 i{} (.A(a), .Y());\n", i);
    text += "endmodule\nmodule top (input clk_i, input x);\nwire n;\nINVX1 driver (.A(x), .Y(n));\n";
    for (int i = 0; i < copies; ++i) text += fmt::format("leaf l{} (.clk_i(clk_i), .a(n));\n", i);
    return text + "endmodule\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(silicon_fanout)

BOOST_AUTO_TEST_CASE(a_net_below_the_limit_is_left_alone) {
    Example example(tree(2, 4));
    BOOST_TEST(value_of(reports::buffer_high_fanout(example.netlist, "top", example.library, {8})) == 0);
}

BOOST_AUTO_TEST_CASE(gate_inputs_are_counted_through_the_hierarchy) {
    // 6 leaves of 2 gates: 12 gate inputs, groups of 4 leaves (8) and 2 leaves.
    Example example(tree(2, 6));
    BOOST_TEST(value_of(reports::buffer_high_fanout(example.netlist, "top", example.library, {8})) == 2);
    BOOST_TEST(example.netlist["modules"]["top"]["cells"].size() == 1U + 6 + 2);
}

BOOST_AUTO_TEST_CASE(loads_that_need_a_buffer_each_still_get_a_tree_above_these) {
    // 40 leaves of 8 gate inputs, 8 a driver: 40 buffers, 5 above them.
    Example example(tree(8, 40));
    BOOST_TEST(value_of(reports::buffer_high_fanout(example.netlist, "top", example.library, {8})) == 45);
    BOOST_TEST(example.largest_load("top") <= 8U);
}

BOOST_AUTO_TEST_CASE(wide_nets_become_trees_in_which_no_driver_feeds_more_than_the_limit) {
    // leaf: 20 gates behind its port: 5 buffers of 4, and 2 above them. top: 30 leaves of 2 gate inputs each.
    Example example(tree(20, 30));
    value_of(reports::buffer_high_fanout(example.netlist, "top", example.library, {4}));
    BOOST_TEST(example.largest_load("leaf") <= 4U);
    // The clock and the input x are driven from outside and stay as they are.
    json& top = example.netlist["modules"]["top"]["cells"];
    std::map<std::string, int> loads;
    for (const auto& [name, cell] : top.items()) {
        std::string pin = cell["type"] == "leaf" ? "a" : "A";
        loads[cell["connections"][pin][0].dump()] += cell["type"] == "leaf" ? 2 : 1;
    }
    for (const auto& [bit, count] : loads) BOOST_TEST(count <= 4);
    BOOST_TEST(top["l0"]["connections"]["clk_i"] == top["l29"]["connections"]["clk_i"]);
}

BOOST_AUTO_TEST_SUITE_END()
