// Toggles and static probabilities of our netlist simulation against Icarus Verilog: the same netlist file,
// the same random inputs for a few hundred cycles, zero delay, and every bit of every net of the VCD counted.
#include "silicon_fixture.hpp"
#include "sim/icarus/vcd_counter.hpp"
#include "sim/netlist/simulator.hpp"

namespace {

using namespace macaw;
using testing::value_of;

constexpr int kWarmUp = 120;  // until no register is unknown in Icarus
constexpr int kCounted = 300;
constexpr const char* kLibertyFile = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib";

// Random values of the input ports in every cycle, as one word of bits: port after port, bit 0 first.
struct Inputs {
    std::vector<std::pair<std::string, std::size_t>> ports;
    std::vector<std::vector<bool>> cycles;
};

Inputs random_inputs(const sim::FlatNetlist& netlist) {
    Inputs inputs;
    std::size_t bits = 0;
    for (const auto& [name, port] : netlist.ports)
        if (port.input && name != "clk_i") {
            inputs.ports.emplace_back(name, port.nets.size());
            bits += port.nets.size();
        }
    std::mt19937_64 random(11);
    for (int cycle = 0; cycle < kWarmUp + kCounted; ++cycle) {
        std::vector<bool> word;
        for (std::size_t i = 0; i < bits; ++i) word.push_back((random() & 1) != 0);
        std::size_t at = 0;
        for (const auto& [name, width] : inputs.ports) {
            if (name == "rst_ni") word[at] = cycle >= 4;
            at += width;
        }
        inputs.cycles.push_back(std::move(word));
    }
    return inputs;
}

// [nets] of one copy of the netlist; all 64 see the same inputs.
struct Counts {
    std::vector<std::uint64_t> toggles, ones;
    std::vector<bool> before;  // values of the last cycle that does not count
};

Counts count_here(const sim::FlatNetlist& netlist, const Inputs& inputs) {
    Counts counts;
    sim::NetlistSimulator simulator(netlist);
    for (int cycle = 0; cycle < kWarmUp + kCounted; ++cycle) {
        simulator.clock_edge();
        std::size_t at = 0;
        for (const auto& [name, width] : inputs.ports)
            for (sim::NetId net : netlist.ports.at(name).nets)
                simulator.set(net,
                              inputs.cycles[static_cast<std::size_t>(cycle)][at++] ? ~std::uint64_t{0} : 0);
        simulator.settle();
        if (cycle < kWarmUp) {
            simulator.mark_settled();
            counts.before.clear();
            for (sim::NetId net = 0; net < netlist.nets; ++net)
                counts.before.push_back((simulator.get(net) & 1) != 0);
        } else
            simulator.count_cycle();
    }
    for (sim::NetId net = 0; net < netlist.nets; ++net) {
        counts.toggles.push_back(simulator.toggles()[net] / 64);
        counts.ones.push_back(simulator.ones()[net] / 64);
    }
    return counts;
}

void write_icarus_test(const std::filesystem::path& folder, const sim::FlatNetlist& netlist,
                       const Inputs& inputs) {
    std::string vectors;
    for (const auto& word : inputs.cycles) {
        for (std::size_t i = word.size(); i-- > 0;) vectors += word[i] ? '1' : '0';
        vectors += '\n';
    }
    testing::succeed(write_text(folder / "inputs.bin", vectors));
    std::size_t bits = inputs.cycles[0].size();
    std::string connections;
    std::size_t at = 0;
    for (const auto& [name, width] : inputs.ports) {
        connections += fmt::format(", .{}(word[{}:{}])", name, at + width - 1, at);
        at += width;
    }
    for (const auto& [name, port] : netlist.ports)
        if (!port.input) connections += fmt::format(", .{}()", name);
    testing::succeed(write_text(
        folder / "bench.v",
        fmt::format("`timescale 1ns/1ns\nmodule bench;\n  reg clk = 0; reg [{0}:0] word; reg [{0}:0] words "
                    "[0:{1}]; integer i;\n"
                    "  macaw_array dut (.clk_i(clk){2});\n"
                    "  initial begin\n    $readmemb(\"inputs.bin\", words);\n"
                    "    for (i = 0; i < {3}; i = i + 1) begin\n"
                    "      #5 clk = 1; word <= words[i]; #5 clk = 0;\n"
                    "      if (i == {4}) begin $dumpfile(\"nets.vcd\"); $dumpvars(0, dut); end\n"
                    "    end\n    #5 $finish;\n  end\nendmodule\n",
                    bits - 1, inputs.cycles.size() - 1, connections, inputs.cycles.size(), kWarmUp - 1)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(netlist_icarus)

BOOST_AUTO_TEST_CASE(toggles_and_time_at_one_of_every_net_equal_those_of_icarus) {
    testing::SiliconWorkspace work{testing::SmallArray()};
    auto options = testing::quick_options();
    value_of(reports::run_silicon(options, {work.rtl, {}, {}}, work.silicon));
    reports::ToolLog log = value_of(reports::ToolLog::create(work.silicon, "icarus.log"));
    reports::Library library = value_of(reports::load_library({"osu018"}, log));
    sim::FlatNetlist netlist = value_of(
        sim::read_netlist(work.silicon / "netlist.json", library.cells, "macaw_array", {"clk_i", true}));
    Inputs inputs = random_inputs(netlist);
    const Counts ours = count_here(netlist, inputs);

    write_icarus_test(work.silicon, netlist, inputs);
    value_of(log.run(
        {"yosys", "-q", "-p",
         fmt::format("read_liberty -ignore_miss_func {}; write_verilog -noattr cells.v", kLibertyFile)}));
    value_of(log.run({"iverilog", "-g2012", "-o", "bench", "bench.v", "netlist.v", "cells.v"}));
    value_of(log.run({"vvp", "bench"}));
    sim::VcdToggles vcd = value_of(sim::count_vcd_toggles(work.silicon / "nets.vcd"));
    BOOST_TEST(vcd.unknown_changes == 0U);

    BOOST_REQUIRE(netlist.names.size() > netlist.instances.size());
    std::uint64_t total = 0;
    std::size_t differences = 0;
    for (const auto& [name, net, of_vector] : netlist.names) {
        if (name.find("clk_i") != std::string::npos) continue;
        BOOST_REQUIRE_MESSAGE(vcd.counts.contains(name), name + " is not in the VCD");
        total += ours.toggles[net];
        // A cycle takes 10 units; the dump begins in the middle of the last one that does not count.
        const std::uint64_t high = 10 * ours.ones[net] + (ours.before[net] ? 5 : 0);
        if (ours.toggles[net] == vcd.counts[name] && high == vcd.high_times[name]) continue;
        if (differences++ != 0) continue;
        BOOST_TEST(ours.toggles[net] == vcd.counts[name], name);
        BOOST_TEST(high == vcd.high_times[name], name);
    }
    BOOST_TEST(differences == 0U);
    BOOST_TEST(total > 10000U);
}

BOOST_AUTO_TEST_SUITE_END()
