// How fast the toggles of every net of a gate netlist are counted: the bit-parallel engine (sim/netlist),
// from the file of the netlist on, against the fastest correct per-net counter on Verilator
// (verilated_counter.cpp), its build included. W4A8, T = 64, structural, OSU018; random inputs in every
// cycle.
//   of_verilator          its time over ours for the same number of vectors, builds and reading included
//   of_verilator_running  the same without builds and reading
// Before that both count the same vectors, and every net must have the same toggles in both.
#include <chrono>
#include <fstream>
#include <functional>
#include <map>

#include <benchmark/benchmark.h>

#include "golden/support/process.hpp"
#include "hw/array/write_rtl.hpp"
#include "reports/signoff/gate_netlist.hpp"
#include "reports/silicon/library.hpp"
#include "sim/netlist/simulator.hpp"
#include "testbench/bench/must.hpp"
#include "testbench/bench/reports/random_inputs.hpp"

namespace {

using namespace macaw;
using bench::must;
namespace fs = std::filesystem;

constexpr std::int64_t kEqualCycles = 2000;  // in which both must count the same

double seconds_of(const std::function<void()>& work) {
    auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Setting {
    golden::Datapath datapath;  // W4A8, T = 64, P_I = 16, P_O = 20
    hw::ArrayConfig array;
    fs::path folder;
    std::optional<reports::Library> library;

    explicit Setting(int side) {
        array.rows = array.columns = side;
        array.lanes = 16;
        array.arithmetic = hw::Arithmetic::Structural;
        datapath.products_per_check = array.lanes;
        folder = fs::path(MACAW_SOURCE_DIR) / "build" / "bench_toggles" / std::to_string(side);
        fs::remove_all(folder);
        fs::create_directories(folder / "rtl");
        must(hw::write_rtl(folder / "rtl", datapath, array, "toggle_bench"));
        must(reports::write_gate_netlist(folder / "rtl", reports::SiliconOptions{}, folder / "gates"));
        reports::ToolLog log = must(reports::ToolLog::create(folder / "gates", "library.log"));
        library = must(reports::load_library({"osu018"}, log));
    }
    sim::FlatNetlist read(bool keep_names = false) const {
        return must(sim::read_netlist(folder / "gates/netlist.json", library->cells, "macaw_array",
                                      {"clk_i", keep_names}));
    }
};

// The nets that have a name, each once and without constants and the clock.
std::vector<sim::NetName> named_nets(const sim::FlatNetlist& netlist) {
    std::vector<bool> seen(netlist.nets);
    std::vector<sim::NetName> nets;
    for (const sim::NetName& one : netlist.names) {
        if (one.net <= sim::kNetOne || seen[one.net] || one.name.find("clk_i") != std::string::npos) continue;
        seen[one.net] = true;
        nets.push_back(one);
    }
    return nets;
}

// Verilog names of nets below an instance `dut`: "u_pe/sum_q[3]" -> "dut.\u_pe .\sum_q [3]".
std::vector<std::string> hierarchical_names(const std::vector<sim::NetName>& nets) {
    std::vector<std::string> texts;
    for (const auto& [name, net, of_vector] : nets) {
        const std::size_t bracket = name.rfind('[');
        std::string text = "dut.\\";
        for (char c : name.substr(0, bracket)) text += c == '/' ? " .\\" : std::string(1, c);
        texts.push_back(text + " " + (of_vector ? name.substr(bracket) : ""));
    }
    return texts;
}

bool is_stimulus(const std::string& name, const sim::NetlistPort& port) {
    return port.input && name != "clk_i" && name != "rst_ni";
}

// The netlist with all its nets on one port, 64 a word.
std::string counter_module(const sim::FlatNetlist& netlist, const std::vector<std::string>& nets) {
    std::string ports, connections;
    for (const auto& [name, port] : netlist.ports) {
        connections +=
            fmt::format("{}.{}({})", connections.empty() ? "" : ", ", name, port.input ? name : "");
        if (port.input) ports += fmt::format("input logic [{}:0] {}, ", port.nets.size() - 1, name);
    }
    const std::size_t words = (nets.size() + 63) / 64;
    std::string text =
        fmt::format("module counter({}output logic [63:0] nets_o [0:{}]);\n  macaw_array dut ({});\n", ports,
                    words - 1, connections);
    for (std::size_t word = 0; word < words; ++word) {
        std::string bits;  // the last one first
        for (std::size_t bit = 0; bit < 64; ++bit) {
            const std::size_t i = 64 * word + bit;
            bits = (i < nets.size() ? nets[i] : "1'b0") + (bit > 0 ? ", " : "") + bits;
        }
        text += fmt::format("  assign nets_o[{}] = {{{}}};\n", word, bits);
    }
    return text + "endmodule\n";
}

std::string inputs_header(const sim::FlatNetlist& netlist) {
    std::string text =
        "#include <algorithm>\n#include <cstring>\n#include \"random_inputs.hpp\"\n"
        "template <typename Port>\nvoid set_random(Port& port, RandomInputs& random, int bits) {\n"
        "    for (int low = 0; low < bits; low += 64) {\n"
        "        std::uint64_t word = random();\n"
        "        if (bits - low < 64) word &= (std::uint64_t{1} << (bits - low)) - 1;\n"
        "        std::memcpy(reinterpret_cast<char*>(&port) + low / 8, &word,\n"
        "                    std::min<std::size_t>(8, sizeof port - low / 8));\n    }\n}\n"
        "template <typename Model>\n"
        "void set_inputs(Model& model, RandomInputs& random, std::int64_t cycle) {\n"
        "    model.rst_ni = cycle >= kResetCycles;\n";
    for (const auto& [name, port] : netlist.ports)
        if (is_stimulus(name, port))
            text += fmt::format("    set_random(model.{}, random, {});\n", name, port.nets.size());
    return text + "}\n";
}

// The baseline's program, in `folder`.
fs::path build_baseline(const Setting& setting, const sim::FlatNetlist& netlist,
                        const std::vector<std::string>& nets) {
    const fs::path folder = setting.folder / "verilated";
    fs::create_directories(folder);
    must(write_text(folder / "counter.sv", counter_module(netlist, nets)));
    must(write_text(folder / "inputs.hpp", inputs_header(netlist)));
    for (const char* name : {"verilated_counter.cpp", "random_inputs.hpp"})
        fs::copy_file(fs::path(MACAW_SOURCE_DIR) / "testbench/bench/reports" / name, folder / name,
                      fs::copy_options::overwrite_existing);
    ProcessOptions options;
    options.working_folder = folder;
    must(run_tool({"verilator",
                   "--cc",
                   "--exe",
                   "--build",
                   "-j",
                   "2",
                   "--prefix",
                   "Vcounter",
                   "--top-module",
                   "counter",
                   "-O3",
                   "-Wno-fatal",
                   "-Wno-lint",
                   "-Wno-style",
                   "-Wno-UNOPTFLAT",
                   "-fno-const-bit-op-tree",
                   "-MAKEFLAGS",
                   "OPT_FAST=-O1",
                   "-CFLAGS",
                   fmt::format("-std=c++20 -I.. -DNETS={}", nets.size()),
                   "-o",
                   "counter",
                   (setting.folder / "gates/cells.v").string(),
                   (setting.folder / "gates/netlist.v").string(),
                   "counter.sv",
                   "verilated_counter.cpp"},
                  options));
    return folder / "obj_dir/counter";
}

std::vector<std::uint64_t> run_baseline(const fs::path& program, std::int64_t cycles, std::size_t nets) {
    const fs::path file = program.parent_path() / "toggles.bin";
    must(run_tool({program.string(), std::to_string(cycles), file.string()}));
    std::vector<std::uint64_t> toggles(nets);
    std::ifstream(file, std::ios::binary)
        .read(reinterpret_cast<char*>(toggles.data()),
              static_cast<std::streamsize>(nets * sizeof toggles[0]));
    return toggles;
}

// cycles x 64 vectors, or the baseline's vectors in all 64 copies (equal_lanes).
std::vector<std::uint64_t> run_engine(const sim::FlatNetlist& netlist, std::int64_t cycles,
                                      bool equal_lanes) {
    sim::NetlistSimulator simulator(netlist);
    RandomInputs random;
    std::vector<sim::NetlistPort> stimulus;
    for (const auto& [name, port] : netlist.ports)
        if (is_stimulus(name, port)) stimulus.push_back(port);
    const sim::NetId reset = netlist.ports.at("rst_ni").nets[0];
    for (std::int64_t cycle = 0; cycle < kWarmUp + cycles; ++cycle) {
        simulator.clock_edge();
        simulator.set(reset, cycle >= kResetCycles ? ~std::uint64_t{0} : 0);
        for (const sim::NetlistPort& port : stimulus) {
            std::uint64_t word = 0;
            for (std::size_t bit = 0; bit < port.nets.size(); ++bit) {
                if (!equal_lanes) {
                    simulator.set(port.nets[bit], random());
                    continue;
                }
                if (bit % 64 == 0) word = random();
                simulator.set(port.nets[bit], (word >> (bit % 64) & 1) != 0 ? ~std::uint64_t{0} : 0);
            }
        }
        simulator.settle();
        if (cycle < kWarmUp)
            simulator.mark_settled();
        else
            simulator.count_cycle();
    }
    return {simulator.toggles().begin(), simulator.toggles().end()};
}

// The same vectors in both: every net toggles equally often (64 times as often in 64 equal copies).
void require_equal(const sim::FlatNetlist& netlist, const std::vector<sim::NetName>& nets,
                   const fs::path& baseline) {
    const std::vector<std::uint64_t> ours = run_engine(netlist, kEqualCycles, true);
    const std::vector<std::uint64_t> theirs = run_baseline(baseline, kEqualCycles, nets.size());
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < nets.size(); ++i) {
        if (ours[nets[i].net] != 64 * theirs[i])
            throw std::runtime_error(fmt::format("{}: {} toggles, Verilator counts {}", nets[i].name,
                                                 ours[nets[i].net] / 64, theirs[i]));
        total += theirs[i];
    }
    require(total > nets.size() * static_cast<std::uint64_t>(kEqualCycles) / 100, "hardly a net toggles");
}

void count_toggles(benchmark::State& state) {
    const Setting setting(static_cast<int>(state.range(0)));
    const std::int64_t vectors = state.range(1);
    const sim::FlatNetlist named = setting.read(true);
    const auto nets = named_nets(named);
    fs::path baseline;
    const double build =
        seconds_of([&] { baseline = build_baseline(setting, named, hierarchical_names(nets)); });
    require_equal(named, nets, baseline);
    double reading = 0, engine = 0, verilator = 0;
    for (auto _ : state) {
        std::optional<sim::FlatNetlist> netlist;
        reading = seconds_of([&] { netlist = setting.read(); });
        engine = seconds_of([&] { benchmark::DoNotOptimize(run_engine(*netlist, vectors / 64, false)); });
        verilator = seconds_of([&] { run_baseline(baseline, vectors, nets.size()); });
    }
    state.counters["nets"] = static_cast<double>(nets.size());
    state.counters["cells"] = static_cast<double>(named.instances.size());
    state.counters["vectors"] = static_cast<double>(vectors);
    state.counters["vectors_per_s"] = static_cast<double>(vectors) / engine;
    state.counters["verilator_vectors_per_s"] = static_cast<double>(vectors) / verilator;
    state.counters["reading_s"] = reading;
    state.counters["verilator_build_s"] = build;
    state.counters["of_verilator"] = (build + verilator) / (reading + engine);
    state.counters["of_verilator_running"] = verilator / engine;
}

// One unit with the vectors of a long run, and an 8 x 8 array with as many as macaw synth counts.
BENCHMARK(count_toggles)
    ->Args({1, 1 << 20})
    ->Args({8, 1 << 16})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
