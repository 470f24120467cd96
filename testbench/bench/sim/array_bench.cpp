// How fast generated arrays are simulated (W4A8, packed form, one core), on one layer:
//   verilated_against_plain_rtl   Verilated, against plain RTL of the same function (plain_*.sv) that is
//   built
//                                 with the same flags and played by the same harness; `of_loops`,
//                                 `of_elements`: times as fast as these. `behavioural`: `*` and `+` a lane
//   harness_overhead              array_driver.cpp against the bare model running free (free_run.cpp)
//   other_simulators              golden model, C++ model and SystemC platform, beside them
// Each figure is the least processor time of several runs in turn, since other work on the machine and the
// placement of pages only ever slow down.
// Simulators are built once, into build/bench_simulators.
#include <chrono>
#include <fstream>
#include <functional>
#include <regex>
#include <sstream>

#include <benchmark/benchmark.h>

#include "hw/array/generate_array.hpp"
#include "hw/array/write_rtl.hpp"
#include "sim/model/model_array.hpp"
#include "sim/platform/model_cycle_array.hpp"
#include "sim/platform/platform.hpp"
#include "sim/platform/verilated_cycle_array.hpp"
#include "sim/verilator/verilated_array.hpp"
#include "testbench/bench/must.hpp"
#include "testbench/unit/sim/random_layer.hpp"

namespace {

using namespace macaw;
using bench::must;
namespace fs = std::filesystem;

constexpr int kRounds = 7;

struct Setting {
    golden::Datapath datapath;  // W4A8, T = 64, P_I = 16, P_O = 20
    hw::ArrayConfig array;
    fs::path folder;
    explicit Setting(int side, hw::Arithmetic arithmetic = hw::Arithmetic::Packed) {
        array.rows = array.columns = side;
        array.lanes = 16;
        array.arithmetic = arithmetic;
        datapath.products_per_check = array.lanes;
        folder = fs::path(MACAW_SOURCE_DIR) / "build" / "bench_simulators" /
                 fmt::format("{}_{}", side, arithmetic == hw::Arithmetic::Packed ? "packed" : "behavioural");
    }
    rtl::Design design() const { return must(hw::generate_array(datapath, array)); }
};

std::string read_file(const fs::path& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}
fs::path bench_source(const std::string& name) {
    return fs::path(MACAW_SOURCE_DIR) / "testbench" / "bench" / "sim" / name;
}

fs::path generated_rtl(const Setting& setting) {
    fs::path folder = setting.folder / "rtl";
    fs::create_directories(folder);
    must(hw::write_rtl(folder, setting.design(), setting.datapath, setting.array, "array_bench"));
    return folder;
}

// The plain RTL in the size of the setting, with a manifest like that of generated RTL.
fs::path plain_rtl(const Setting& setting, const std::string& name) {
    fs::path folder = setting.folder / (name + "_rtl");
    fs::create_directories(folder);
    must(hw::write_rtl(folder, setting.design(), setting.datapath, setting.array, "array_bench"));
    Json manifest = must(read_json(folder / "array.json"));
    for (const auto& file : manifest["files"]) fs::remove(folder / file.get<std::string>());
    manifest["files"] = {name + ".sv"};
    must(write_json(folder / "array.json", manifest));
    std::string text = read_file(bench_source(name + ".sv"));
    text =
        std::regex_replace(text, std::regex("parameter int R = 8, parameter int C = 8"),
                           fmt::format("parameter int R = {0}, parameter int C = {0}", setting.array.rows));
    must(write_text(folder / (name + ".sv"), text));
    return folder;
}

double seconds_of(const std::function<void()>& work) {
    auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Workload {
    testing::RandomLayer layer;
    sim::job::Job job;
    explicit Workload(const Setting& setting)
        : layer(setting.datapath, 1024, 1024, 768, 1),
          job(sim::make_job(sim::make_stimulus(layer.data(), setting.datapath, setting.array),
                            setting.datapath, setting.array)) {}
    double macs() const { return static_cast<double>(layer.data().macs()); }
};

struct Timed {
    sim::SimulatorProgram program;
    sim::job::Result result;
    double seconds = 1e9;
};

// All programs in turn, kRounds times, each time as a new copy: a large simulator's code leaves the first
// cache every cycle, and how its pages happen to lie in memory makes the same program up to a third slower.
void play_in_turn(std::span<Timed* const> programs, const Workload& work, const fs::path& scratch) {
    for (int round = 0; round < kRounds; ++round)
        for (Timed* timed : programs) {
            sim::SimulatorProgram copy = timed->program;
            copy.program += fmt::format("_copy_{}", round);
            fs::copy_file(timed->program.program, copy.program, fs::copy_options::overwrite_existing);
            timed->result = must(sim::run_simulator(copy, work.job, scratch, "bench"));
            timed->seconds =
                std::min(timed->seconds, static_cast<double>(timed->result.header.cpu_nanoseconds) * 1e-9);
        }
    for (Timed* timed : programs)
        for (int round = 0; round < kRounds; ++round)
            fs::remove(timed->program.program.string() + fmt::format("_copy_{}", round));
}

void verilated_against_plain_rtl(benchmark::State& state) {
    const Setting setting(static_cast<int>(state.range(0)));
    const Setting behavioural(static_cast<int>(state.range(0)), hw::Arithmetic::Behavioural);
    const Workload work(setting);
    Timed star{must(sim::build_verilated_array(generated_rtl(behavioural), behavioural.folder / "verilated")),
               {}};
    Timed ours{must(sim::build_verilated_array(generated_rtl(setting), setting.folder / "verilated")), {}};
    Timed loops{must(sim::build_verilated_array(plain_rtl(setting, "plain_loops"), setting.folder / "loops")),
                {}};
    Timed elements{
        must(sim::build_verilated_array(plain_rtl(setting, "plain_elements"), setting.folder / "elements")),
        {}};
    for (auto _ : state) {
        Timed* programs[] = {&ours, &star, &loops, &elements};
        play_in_turn(programs, work, setting.folder);
    }
    require(ours.result.words == loops.result.words && ours.result.words == elements.result.words &&
                ours.result.words == star.result.words,
            "the plain RTL has other outputs");
    require(ours.result.header.cycles == loops.result.header.cycles, "the plain RTL takes other cycles");
    state.counters["macs_per_s"] = work.macs() / ours.seconds;
    state.counters["loops_macs_per_s"] = work.macs() / loops.seconds;
    state.counters["elements_macs_per_s"] = work.macs() / elements.seconds;
    state.counters["behavioural_macs_per_s"] = work.macs() / star.seconds;
    state.counters["behavioural_of_loops"] = loops.seconds / star.seconds;
    state.counters["of_loops"] = loops.seconds / ours.seconds;
    state.counters["of_elements"] = elements.seconds / ours.seconds;
}

void harness_overhead(benchmark::State& state) {
    const Setting setting(static_cast<int>(state.range(0)));
    const Workload work(setting);
    const fs::path rtl = generated_rtl(setting);
    Timed harness{must(sim::build_verilated_array(rtl, setting.folder / "verilated")), {}};
    const std::string free_run = read_file(bench_source("free_run.cpp"));
    Timed bare{must(sim::build_simulator(rtl, setting.folder / "free_run",
                                         {"free_run.cpp", free_run, sim::verilated_array_options()})),
               {}};
    for (auto _ : state) {
        Timed* programs[] = {&harness, &bare};
        play_in_turn(programs, work, setting.folder);
    }
    // A cycle in which the array stands still costs less: compared are cycles that all take a beat.
    for (const Timed* timed : {&harness, &bare})
        require(timed->result.header.accepted_beats * 101 > timed->result.header.cycles * 100,
                "the array was stalled");
    auto per_cycle = [](const Timed& timed) {
        return timed.seconds / static_cast<double>(timed.result.header.cycles);
    };
    state.counters["harness_ns_per_cycle"] = per_cycle(harness) * 1e9;
    state.counters["bare_ns_per_cycle"] = per_cycle(bare) * 1e9;
    state.counters["overhead_percent"] = (per_cycle(harness) / per_cycle(bare) - 1) * 100;
}

void other_simulators(benchmark::State& state) {
    const Setting setting(static_cast<int>(state.range(0)));
    const testing::RandomLayer layer(setting.datapath, 64, 256, 768, 1);
    const sim::LayerData& data = layer.data();
    const rtl::Design design = setting.design();
    const sim::job::Job job = sim::make_job(sim::make_stimulus(data, setting.datapath, setting.array),
                                            setting.datapath, setting.array);
    auto model = sim::make_model_cycle_array(design);
    auto rtl = must(sim::load_verilated_cycle_array(
        must(sim::build_array_library(generated_rtl(setting), setting.folder / "library"))));
    const golden::FastMatmul fast(layer.layer().codes, 256, setting.datapath,
                                  setting.datapath.activation_range());
    std::vector<std::int64_t> out(static_cast<std::size_t>(64 * 768));
    auto platform = [&](sim::CycleArray& array) {
        must(sim::run_platform(array, data, setting.datapath, setting.array, {}));
    };
    const std::pair<const char*, std::function<void()>> simulators[] = {
        {"golden_reference", [&] { benchmark::DoNotOptimize(sim::golden_of(data, setting.datapath)); }},
        {"golden_fast", [&] { benchmark::DoNotOptimize(fast(data.activations, out)); }},
        {"cpp_model", [&] { must(sim::run_model(design, job)); }},
        {"platform_model", [&] { platform(*model); }},
        {"platform_rtl", [&] { platform(*rtl); }}};
    for (auto _ : state)
        for (const auto& [name, work] : simulators) {
            double seconds = 1e9;
            for (int round = 0; round < 3; ++round) seconds = std::min(seconds, seconds_of(work));
            state.counters[std::string(name) + "_macs_per_s"] = static_cast<double>(data.macs()) / seconds;
        }
}

BENCHMARK(verilated_against_plain_rtl)->Arg(8)->Arg(16)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(harness_overhead)->Arg(8)->Arg(16)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(other_simulators)->Arg(8)->Arg(16)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
