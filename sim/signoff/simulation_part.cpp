// See simulation_part.hpp. The lines of the table are made in simulation_checks.cpp.
#include "sim/signoff/simulation_part.hpp"

#include "golden/support/process.hpp"
#include "hw/array/generate_array.hpp"
#include "hw/array/write_rtl.hpp"
#include "sim/icarus/icarus_array.hpp"
#include "sim/rtl_under_test.hpp"
#include "sim/signoff/failing_window.hpp"
#include "sim/signoff/simulation_checks.hpp"
#include "sim/systemc/systemc_array.hpp"
#include "sim/verilator/verilated_array.hpp"

namespace macaw::sim {

namespace fs = std::filesystem;

namespace {

// "Verilator 5.006 2023-01-22 rev ..." -> "Verilator 5.006"
std::string first_words(const std::string& text, int words) {
    std::size_t at = 0;
    while (words-- > 0 && at != std::string::npos) at = text.find_first_of(" \n", at + 1);
    return text.substr(0, at);
}

Expected<std::string> verilator_version() {
    MACAW_TRY(std::string version, run_tool({"verilator", "--version"}));
    return first_words(version, 2);
}

SignoffSimulator verilated(std::string name, std::string method, const fs::path& rtl,
                           SimulatorProgram program) {
    return {std::move(name), std::move(method),
            [program = std::move(program)](const PlayedJob& job, const fs::path& scratch) {
                return run_simulator(program, job.job, scratch, "job");
            },
            0, rtl};
}

// Builds the simulators of one array and runs each on its stimulus.
class ArrayRun {
  public:
    ArrayRun(const SimulationInput& input, const SimulationOptions& options, fs::path work,
             SimulatedArray& array)
        : input_(input), options_(options), work_(std::move(work)), array_(array) {}

    Expected<void> run(const rtl::Design& printed, bool all_simulators) {
        const std::string prefix = array_.title.empty() ? "" : array_.title + ": ";
        array_.simulators.push_back(judge_model(array_.stimulus));
        array_.simulators.back().name = prefix + "C++ model";
        MACAW_CHECK(write_rtl_folder(printed));
        MACAW_CHECK(with("verilator", prefix + "Verilated RTL", [&] { return run_verilated(prefix); }));
        if (!all_simulators) return {};
        if (options_.systemc) MACAW_CHECK(with("verilator", "SystemC", [&] { return run_systemc(); }));
        MACAW_CHECK(with("iverilog", "Icarus RTL",
                         [&] { return run_icarus_on("Icarus RTL", "", rtl(), options_.icarus_cycles); }));
        if (!input_.netlist) {
            for (const char* name : {"Verilated netlist", "Icarus netlist"})
                array_.skipped.emplace_back(name, input_.netlist_missing);
            return {};
        }
        MACAW_CHECK(with("verilator", "Verilated netlist", [&] { return run_netlist(); }));
        return with("iverilog", "Icarus netlist", [&] {
            return run_icarus_on("Icarus netlist", ", " + input_.netlist_source, *input_.netlist,
                                 options_.icarus_netlist_cycles);
        });
    }

    fs::path rtl() const { return work_ / "rtl"; }

  private:
    template <typename Work>
    Expected<void> with(const char* program, const std::string& simulator, Work&& work) {
        if (!find_program(program)) {
            array_.skipped.emplace_back(simulator, fmt::format("{} is not installed", program));
            return {};
        }
        return work();
    }

    Expected<void> write_rtl_folder(const rtl::Design& printed) {
        MACAW_TRY(OutputFolder folder, OutputFolder::create(rtl()));
        MACAW_CHECK(hw::write_rtl(folder.path(), printed, array_.stimulus.datapath, array_.stimulus.array,
                                  options_.command_line));
        return folder.commit();
    }

    Expected<void> run_verilated(const std::string& prefix) {
        MACAW_TRY(SimulatorProgram program, build_verilated_array(rtl(), work_ / "verilated"));
        MACAW_TRY(std::string version, verilator_version());
        return judge(verilated(prefix + "Verilated RTL", version, rtl(), std::move(program)), {});
    }

    Expected<void> run_systemc() {
        if (!run_tool({"pkg-config", "--exists", "systemc"})) {
            array_.skipped.emplace_back("SystemC", "the SystemC library is not installed");
            return {};
        }
        MACAW_TRY(SimulatorProgram program, build_systemc_array(rtl(), work_ / "systemc"));
        MACAW_TRY(std::string version, verilator_version());
        MACAW_TRY(std::string library, run_tool({"pkg-config", "--modversion", "systemc"}));
        return judge(verilated("SystemC", fmt::format("SystemC {}, {}", first_words(library, 1), version),
                               rtl(), std::move(program)),
                     {});
    }

    Expected<void> run_netlist() {
        MACAW_TRY(SimulatorProgram program,
                  build_verilated_array(*input_.netlist, work_ / "netlist", netlist_verilator_options()));
        MACAW_TRY(std::string version, verilator_version());
        return judge(verilated("Verilated netlist", version + ", " + input_.netlist_source, *input_.netlist,
                               std::move(program)),
                     netlist_verilator_options());
    }

    Expected<void> run_icarus_on(const std::string& name, const std::string& source, const fs::path& rtl,
                                 std::int64_t most_cycles) {
        const fs::path build = work_ / (name == "Icarus RTL" ? "icarus" : "icarus_netlist");
        MACAW_TRY(IcarusProgram program, build_icarus_array(rtl, build));
        MACAW_TRY(std::string version, run_tool({"iverilog", "-V"}));
        for (std::size_t layer = 0; layer < input_.layers.size(); ++layer)
            most_cycles += static_cast<std::int64_t>(array_.stimulus.jobs[layer].trace.cycles().size());
        return judge(
            {name, "Icarus Verilog " + first_words(version.substr(version.find("version") + 8), 1) + source,
             [program](const PlayedJob& job, const fs::path& scratch) {
                 return run_icarus(program, job.job, job.trace, scratch);
             },
             most_cycles, rtl},
            name == "Icarus RTL" ? std::vector<std::string>{} : netlist_verilator_options());
    }

    Expected<void> judge(const SignoffSimulator& simulator, const std::vector<std::string>& trace_options) {
        MACAW_TRY(SimulatorResult result,
                  run_signoff_simulator(simulator, array_.stimulus, work_ / "scratch" / simulator.name));
        if (result.failure && find_program("verilator"))
            MACAW_CHECK(add_waveform(simulator, trace_options, result));
        array_.simulators.push_back(std::move(result));
        return {};
    }

    Expected<void> add_waveform(const SignoffSimulator& simulator, const std::vector<std::string>& options,
                                SimulatorResult& result) {
        if (!result.failure->row && !result.failure->in_cycle) return {};
        std::string name = simulator.name;
        for (char& letter : name)
            if (letter == ' ' || letter == ':') letter = '_';
        auto window = write_failing_window(simulator.rtl, array_.stimulus.jobs[result.failure->job],
                                           *result.failure, options, work_ / "window" / name,
                                           options_.output_folder / ("failing_window_" + name + ".fst"));
        if (!window) {
            if (window.error().kind == ErrorKind::Interrupted) return fail(window.error());
            result.failure->place += "; no waveform: " + window.error().message;
            return {};
        }
        result.waveform = window->file;
        result.failure->place += fmt::format("; cycle {}, waveform {} of cycles {} to {}", window->cycle,
                                             window->file.filename().string(), window->from, window->to);
        return {};
    }

    const SimulationInput& input_;
    const SimulationOptions& options_;
    fs::path work_;
    SimulatedArray& array_;
};

std::vector<SignoffJob> playlist(const SimulationInput& input, const SimulationOptions& options,
                                 const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    std::vector<SignoffJob> jobs = input.layers;  // first: slow simulators play them, too
    for (SignoffJob& job : corner_jobs(datapath, array)) jobs.push_back(std::move(job));
    for (SignoffJob& job : random_jobs(datapath, array, options.campaign)) jobs.push_back(std::move(job));
    return jobs;
}

Expected<SimulatedArray> simulate(const SimulationInput& input, const SimulationOptions& options,
                                  const golden::Datapath& datapath, const std::string& title,
                                  const fs::path& work, bool all_simulators) {
    const hw::ArrayConfig array = hw::array_for(datapath, input.array);
    MACAW_TRY(rtl::Design design, hw::generate_array(datapath, array));
    SimulatedArray result;
    result.title = title;
    MACAW_TRY(result.stimulus,
              play_stimulus(design, datapath, array, playlist(input, options, datapath, array)));
    if (input.fault) input.fault(design);
    MACAW_CHECK(ArrayRun(input, options, work, result).run(design, all_simulators));
    return result;
}

}  // namespace

std::vector<std::string> netlist_verilator_options() {
    // Thousands of cells take far longer to compile than to run: no more than -O1. Verilator 5.006 folds
    // trees of bit operations wrongly in some netlists (w8a8_trap: inner_overflow_o stuck at 1, where Icarus
    // and golden have 0), so that this optimisation is off.
    return {"-Wno-fatal", "-Wno-lint",   "-Wno-style", "-Wno-UNOPTFLAT", "-fno-const-bit-op-tree",
            "-MAKEFLAGS", "OPT_FAST=-O1"};
}

Expected<SimulationResult> run_simulation(const SimulationInput& input, const SimulationOptions& options) {
    SimulationResult result;
    result.rtl = options.work_folder / "rtl";
    golden::Datapath datapath = input.datapath;
    datapath.products_per_check = input.array.lanes;
    MACAW_TRY(SimulatedArray configured, simulate(input, options, datapath, "", options.work_folder, true));
    result.arrays.push_back(std::move(configured));
    const golden::Datapath trap = with_mode(datapath, golden::OverflowMode::Trap, input.array);
    if (options.trap_twin && trap != datapath) {
        MACAW_TRY(SimulatedArray twin,
                  simulate(input, options, trap, "trap twin", options.work_folder / "trap", false));
        result.arrays.push_back(std::move(twin));
    }
    result.part = simulation_checks(result);
    return result;
}

}  // namespace macaw::sim
