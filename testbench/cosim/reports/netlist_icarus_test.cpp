// The toggle counts of our netlist simulation against Icarus Verilog: the same netlist file, the same random
// inputs for a few hundred cycles, zero delay, and every bit of every net of the VCD counted.
#include <fstream>
#include <sstream>
#include <unordered_map>

#include "silicon_fixture.hpp"
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

std::vector<std::uint64_t> count_here(const sim::FlatNetlist& netlist, const Inputs& inputs) {
    sim::NetlistSimulator simulator(netlist);
    for (int cycle = 0; cycle < kWarmUp + kCounted; ++cycle) {
        simulator.clock_edge();
        std::size_t at = 0;
        for (const auto& [name, width] : inputs.ports)
            for (sim::NetId net : netlist.ports.at(name).nets)
                simulator.set(net, inputs.cycles[static_cast<std::size_t>(cycle)][at++] ? 1 : 0);
        simulator.settle();
        if (cycle < kWarmUp)
            simulator.mark_settled();
        else
            simulator.count_toggles();
    }
    return {simulator.toggles().begin(), simulator.toggles().end()};
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
                    "    end\n    $finish;\n  end\nendmodule\n",
                    bits - 1, inputs.cycles.size() - 1, connections, inputs.cycles.size(), kWarmUp - 1)));
}

// Toggles of every bit in a VCD, by "path/name[bit]" below the device under test. Changes from or to x are
// errors.
class VcdCounter {
  public:
    explicit VcdCounter(const std::filesystem::path& file) {
        std::ifstream stream(file);
        std::vector<std::string> scope;
        bool values = false;  // the header is over
        for (std::string line; std::getline(stream, line);) {
            std::istringstream words(line);
            std::string word;
            words >> word;
            if (word == "$scope") {
                std::string kind, name;
                words >> kind >> name;
                scope.push_back(name);
            } else if (word == "$upscope") {
                scope.pop_back();
            } else if (word == "$var") {
                declare(words, scope);
            } else if (word == "$enddefinitions") {
                values = true;
            } else if (!values) {
                continue;
            } else if (!word.empty() && word[0] == 'b') {
                std::string code;
                words >> code;
                change(code, word.substr(1));
            } else if (!word.empty() && std::string("01xz").find(word[0]) != std::string::npos) {
                change(word.substr(1), word.substr(0, 1));
            }
        }
    }
    std::unordered_map<std::string, std::uint64_t> counts() const {
        std::unordered_map<std::string, std::uint64_t> result;
        for (const auto& [code, variable] : variables_)
            for (const std::string& name : variable.names)
                for (std::size_t bit = 0; bit < variable.toggles.size(); ++bit)
                    result[fmt::format("{}[{}]", name, bit)] = variable.toggles[bit];
        return result;
    }
    int unknown_changes = 0;

  private:
    struct Variable {
        std::vector<std::string> names;
        std::string value;  // bit 0 first; empty before the first dump
        std::vector<std::uint64_t> toggles;
    };

    void declare(std::istringstream& words, const std::vector<std::string>& scope) {
        std::string kind, width, code, name;
        words >> kind >> width >> code >> name;
        std::string path;
        for (std::size_t i = 2; i < scope.size(); ++i) path += scope[i] + "/";  // bench/dut/...
        std::erase(name, '\\');
        Variable& variable = variables_[code];
        variable.names.push_back(path + name);
        variable.toggles.resize(std::stoul(width));
    }

    void change(const std::string& code, std::string bits) {
        Variable& variable = variables_.at(code);
        char extension = bits[0] == '1' ? '0' : bits[0];
        if (bits.size() < variable.toggles.size())
            bits.insert(0, variable.toggles.size() - bits.size(), extension);
        std::string value(bits.rbegin(), bits.rend());
        if (!variable.value.empty())
            for (std::size_t bit = 0; bit < value.size(); ++bit) {
                if (value[bit] == variable.value[bit]) continue;
                if (value[bit] > '1' || variable.value[bit] > '1') ++unknown_changes;
                ++variable.toggles[bit];
            }
        variable.value = value;
    }

    std::unordered_map<std::string, Variable> variables_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(netlist_icarus)

BOOST_AUTO_TEST_CASE(toggles_of_every_net_equal_those_of_icarus) {
    testing::SiliconWorkspace work{testing::SmallArray()};
    auto options = testing::quick_options();
    value_of(reports::run_silicon(options, {work.rtl, {}, {}}, work.silicon));
    reports::ToolLog log = value_of(reports::ToolLog::create(work.silicon, "icarus.log"));
    reports::Library library = value_of(reports::load_library({"osu018"}, log));
    sim::FlatNetlist netlist = value_of(
        sim::read_netlist(work.silicon / "netlist.json", library.cells, "macaw_array", {"clk_i", true}));
    Inputs inputs = random_inputs(netlist);
    std::vector<std::uint64_t> ours = count_here(netlist, inputs);

    write_icarus_test(work.silicon, netlist, inputs);
    value_of(log.run(
        {"yosys", "-q", "-p",
         fmt::format("read_liberty -ignore_miss_func {}; write_verilog -noattr cells.v", kLibertyFile)}));
    value_of(log.run({"iverilog", "-g2012", "-o", "bench", "bench.v", "netlist.v", "cells.v"}));
    value_of(log.run({"vvp", "bench"}));
    VcdCounter vcd(work.silicon / "nets.vcd");
    BOOST_TEST(vcd.unknown_changes == 0);
    auto icarus = vcd.counts();

    BOOST_REQUIRE(netlist.names.size() > netlist.instances.size());
    std::uint64_t total = 0;
    std::size_t differences = 0;
    for (const auto& [name, net] : netlist.names) {
        if (name.find("clk_i") != std::string::npos) continue;
        auto found = icarus.find(name);
        BOOST_REQUIRE_MESSAGE(found != icarus.end(), name + " is not in the VCD");
        total += ours[net];
        if (ours[net] == found->second) continue;
        if (differences++ == 0) BOOST_TEST(ours[net] == found->second, name);
    }
    BOOST_TEST(differences == 0U);
    BOOST_TEST(total > 10000U);
}

BOOST_AUTO_TEST_SUITE_END()
