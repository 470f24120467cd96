#include "sim/icarus/timed_unit.hpp"

#include <fstream>

#include "golden/support/file.hpp"
#include "golden/support/process.hpp"
#include "sim/icarus/cell_models.hpp"
#include "sim/icarus/vcd_counter.hpp"

namespace macaw::sim {

namespace fs = std::filesystem;

namespace {

constexpr const char* kPins = "pins.bin";
constexpr const char* kSums = "sums.txt";
constexpr const char* kVcd = "nets.vcd";

std::int64_t cycles_of(const VectorMacSample& sample) {
    return kUnitResetCycles + kUnitWarmUpBeats + sample.cycles;
}

std::string bits_of(std::int64_t value, int bits) {
    std::string text;
    for (int bit = bits; bit-- > 0;) text += (value >> bit & 1) != 0 ? '1' : '0';
    return text;
}

// One line a cycle: reset, valid, first, activations, weights; the highest bit first. The sums due.
struct Beats {
    std::string pins;
    std::vector<std::uint64_t> sums;
};

Beats make_beats(const hw::DotProductShape& unit, const VectorMacSample& sample) {
    VectorMacStream stream(unit, sample.operands, 0);
    const int activation_bits = unit.activation_bits.bits(), weight_bits = unit.weight_bits.bits();
    Beats beats;
    for (std::int64_t cycle = 0; cycle < cycles_of(sample); ++cycle) {
        if (cycle < kUnitResetCycles) {
            beats.pins +=
                std::string(static_cast<std::size_t>(3 + unit.lanes * (activation_bits + weight_bits)), '0');
        } else {
            stream.next();
            beats.sums.push_back(stream.sum());
            beats.pins += std::string("11") + (stream.first() ? '1' : '0');
            for (std::size_t lane = stream.weights().size(); lane-- > 0;)
                beats.pins += bits_of(stream.activations()[lane], activation_bits);
            for (std::size_t lane = stream.weights().size(); lane-- > 0;)
                beats.pins += bits_of(stream.weights()[lane], weight_bits);
        }
        beats.pins += '\n';
    }
    return beats;
}

std::string bench_text(const TimedUnit& unit, const VectorMacSample& sample,
                       const std::optional<std::string>& sdf) {
    const int activation = unit.unit.lanes * unit.unit.activation_bits.bits();
    const int weight = unit.unit.lanes * unit.unit.weight_bits.bits();
    std::string text = fmt::format(
        "`timescale 1ns / 1ps\nmodule bench;\n"
        "  localparam int Cycles = {}, First = {};\n"
        "  reg clk = 1'b0;\n  reg [{}:0] pins = '0;\n  reg [{}:0] words [0:Cycles-1];\n"
        "  wire [{}:0] sum;\n  integer cycle, sums;\n",
        cycles_of(sample), kUnitResetCycles + kUnitWarmUpBeats, activation + weight + 2,
        activation + weight + 2, unit.unit.accumulator_bits.bits() - 1);
    text += fmt::format(
        "  {} dut (.clk_i(clk), .rst_ni(pins[{}]), .valid_i(pins[{}]), .first_i(pins[{}]),\n"
        "    .activation_i(pins[{}:{}]), .weight_i(pins[{}:0]), .sum_o(sum));\n",
        unit.netlist.top, activation + weight + 2, activation + weight + 1, activation + weight,
        activation + weight - 1, weight, weight - 1);
    if (sdf) text += fmt::format("  initial $sdf_annotate(\"{}\", dut);\n", *sdf);
    // Before an edge everything has settled: there the dump begins, there sums are read, there all ends.
    return text + fmt::format(
                      "  initial begin\n"
                      "    $readmemb(\"{0}\", words);\n    sums = $fopen(\"{1}\");\n"
                      "    for (cycle = 0; cycle < Cycles; cycle = cycle + 1) begin\n"
                      "      #{3:.3f};\n      $fdisplay(sums, \"%h\", sum);\n"
                      "      if (cycle == First) begin $dumpfile(\"{2}\"); $dumpvars(0, dut); end\n"
                      "      #0.001 clk = 1'b1; pins <= words[cycle];\n      #{4:.3f} clk = 1'b0;\n    end\n"
                      "    #{3:.3f};\n    $fdisplay(sums, \"%h\", sum);\n    $finish;\n  end\nendmodule\n",
                      kPins, kSums, kVcd, unit.period_ns / 2 - 0.001, unit.period_ns / 2);
}

// Line i was read in front of edge i, when cycle i - 1 had settled.
Expected<std::int64_t> compare_sums(const fs::path& file, const std::vector<std::uint64_t>& wanted) {
    std::ifstream stream(file);
    std::int64_t line_number = 0, compared = 0;
    for (std::string line; std::getline(stream, line); ++line_number) {
        const std::int64_t beat = line_number - 1 - kUnitResetCycles - kUnitLatency;
        if (beat < 0 || beat >= static_cast<std::int64_t>(wanted.size())) continue;
        const std::string expected =
            fmt::format("{:0{}x}", wanted[static_cast<std::size_t>(beat)], line.size());
        if (line != expected)
            return fail(ErrorKind::CheckFailed, "Icarus: sum_o of beat {} is {}, expected {}", beat, line,
                        expected);
        ++compared;
    }
    if (compared != static_cast<std::int64_t>(wanted.size()) - kUnitLatency)
        return fail(ErrorKind::ToolFailed, "Icarus gave {} of {} sums", compared, wanted.size());
    return compared;
}

Expected<std::vector<std::uint64_t>> toggles_by_net(const FlatNetlist& netlist, const fs::path& vcd) {
    MACAW_TRY(VcdToggles counted, count_vcd_toggles(vcd));
    if (counted.unknown_changes != 0)
        return fail(ErrorKind::CheckFailed, "Icarus: {} changes to or from an unknown value",
                    counted.unknown_changes);
    std::vector<std::uint64_t> toggles(netlist.nets);
    std::vector<bool> known(netlist.nets);
    for (const auto& [name, net, of_vector] : netlist.names) {
        if (name == netlist.clock + "[0]") continue;
        auto found = counted.counts.find(name);
        if (found == counted.counts.end()) continue;
        toggles[net] = found->second;
        known[net] = true;
    }
    for (const NetlistInstance& instance : netlist.instances)
        for (std::size_t output = 0; output < instance.outputs.size(); ++output)
            if (!known[instance.outputs[output]] && instance.outputs[output] > kNetOne)
                return fail(ErrorKind::ToolFailed, "Icarus: the VCD has no net behind {}, output {}",
                            instance.path, output);
    return toggles;
}

}  // namespace

Expected<Activity> run_timed_unit(const TimedUnit& unit, const VectorMacSample& sample,
                                  const std::optional<std::string>& sdf) {
    const Beats beats = make_beats(unit.unit, sample);
    std::set<std::string> cells;
    for (const NetlistInstance& instance : unit.netlist.instances) cells.insert(instance.cell);
    MACAW_CHECK(write_text(unit.folder / kPins, beats.pins));
    MACAW_CHECK(write_text(unit.folder / "bench.v", bench_text(unit, sample, sdf)));
    MACAW_CHECK(write_text(unit.folder / "cells.v", timed_cell_models(unit.library, cells)));
    // -Tmax: Icarus takes no typical value where the SDF has none; OpenSTA writes the least and the largest.
    std::vector<std::string> compile = {"iverilog", "-g2012", "-Tmax", "-o", "bench.vvp"};
    if (sdf) compile.emplace_back("-gspecify");
    compile.insert(compile.end(), {"bench.v", "netlist.v", "cells.v"});
    MACAW_CHECK(run_tool(compile, {unit.folder, ""}));
    MACAW_TRY(std::string said, run_tool({"vvp", "-n", "bench.vvp"}, {unit.folder, ""}));
    if (said.find("SDF ERROR") != std::string::npos || said.find("SDF WARNING") != std::string::npos)
        return fail(ErrorKind::ToolFailed, "Icarus did not take the delays:\n{}", said.substr(0, 1500));
    Activity activity;
    activity.cycles = activity.beats = sample.cycles;
    activity.warm_up_cycles = kUnitResetCycles + kUnitWarmUpBeats;
    MACAW_TRY(activity.outputs, compare_sums(unit.folder / kSums, beats.sums));
    MACAW_TRY(activity.toggles, toggles_by_net(unit.netlist, unit.folder / kVcd));
    std::error_code ignored;
    fs::remove(unit.folder / kVcd, ignored);
    return activity;
}

}  // namespace macaw::sim
