#include "sim/signoff/interface_part.hpp"

#include <fmt/format.h>

#include "golden/support/file.hpp"
#include "golden/support/hash.hpp"
#include "golden/support/process.hpp"
#include "golden/support/progress.hpp"
#include "hw/rtl/print.hpp"
#include "hw/stream/write_axi_testbench.hpp"
#include "sim/signoff/simulation_checks.hpp"

namespace macaw::sim {

namespace fs = std::filesystem;

namespace {

constexpr const char* kTestbench = "testbench/macaw_axi_testbench.sv";

struct Simulator {
    const char* key;
    const char* title;
    const char* tool;
    bool is_built_for_each_job;  // in many seconds: plays the last job only
};
constexpr Simulator kSimulators[] = {{"icarus", "Icarus", "iverilog", false},
                                     {"verilator", "Verilator", "verilator", true}};

// Builds the folder's sources with the testbench and runs it: all that it says, and its exit code.
Expected<ProcessResult> simulate(const Simulator& simulator, const fs::path& folder,
                                 const std::vector<std::string>& files) {
    const bool is_icarus = !simulator.is_built_for_each_job;
    ProcessOptions in_folder;
    in_folder.working_folder = folder;
    std::vector<std::string> build =
        is_icarus
            ? std::vector<std::string>{"iverilog", "-g2012", "-o", "check", kTestbench}
            : std::vector<std::string>{"verilator",           "--binary", "--timing", "-Wno-fatal", "--top",
                                       "macaw_axi_testbench", kTestbench};
    build.insert(build.end(), files.begin(), files.end());
    MACAW_CHECK(run_tool(build, in_folder));
    if (is_icarus) return run_process({"vvp", "-n", "check"}, in_folder);
    return run_process({fs::absolute(folder / "obj_dir/Vmacaw_axi_testbench").string()}, in_folder);
}

// The line of the testbench that says why it failed, or its last one.
std::string reason(const std::string& output) {
    const std::size_t found = output.find("FAIL");
    std::string line = found == std::string::npos ? output : output.substr(found);
    return line.substr(0, line.find('\n'));
}

}  // namespace

Expected<SignoffPart> run_interface(const hw::AxiWrapper& wrapper, const InterfaceOptions& options) {
    MACAW_TRY(rtl::Design design, hw::generate_axi_wrapper(wrapper));
    if (options.fault) options.fault(design);
    const std::vector<rtl::SourceFile> sources = rtl::print_design(design, options.command_line);
    SignoffPart part;
    Progress progress("AXI wrapper", options.jobs + 1);
    for (const Simulator& simulator : kSimulators) {
        const std::string name = fmt::format("AXI wrapper in {} equals golden", simulator.title);
        if (!find_program(simulator.tool)) {
            part.checks.push_back(
                {name, "", fmt::format("{} is not installed", simulator.tool), CheckStatus::Skipped});
            continue;
        }
        std::mt19937_64 random(options.seed);
        std::int64_t outputs = 0;
        std::string failure;
        int played = 0;
        for (int number = 0; number < options.jobs && failure.empty(); ++number) {
            const hw::AxiJob job = hw::random_axi_job(wrapper, options.groups, 1 + number, random);
            if (simulator.is_built_for_each_job && number + 1 < options.jobs) continue;
            MACAW_CHECK(stop_if_interrupted());
            const fs::path folder = options.work_folder / fmt::format("{}_{}", simulator.key, number);
            std::error_code problem;
            fs::create_directories(folder, problem);
            if (problem) return fail(Error{ErrorKind::System, problem.message(), {}, {folder.string()}});
            std::vector<std::string> files;
            for (const rtl::SourceFile& source : sources) {
                MACAW_CHECK(write_text(folder / source.name, source.text));
                files.push_back(source.name);
            }
            MACAW_CHECK(hw::write_axi_testbench(folder, wrapper, job));
            MACAW_TRY(ProcessResult run, simulate(simulator, folder, files));
            const bool passed = run.exit_code == 0 && run.output.find("PASS: ") != std::string::npos;
            if (!passed) failure = fmt::format("job {}: {}", number, reason(run.output));
            outputs += hw::outputs_of(wrapper, job);
            ++played;
            progress.advance();
        }
        part.checks.push_back(
            {name,
             fmt::format(
                 "plain SystemVerilog testbench: registers, refusals, counters, {} job(s) of {} groups, "
                 "seed {}, pauses on all streams",
                 played, options.groups, options.seed),
             failure.empty() ? fmt::format("{} {}, registers as written, 0 differ", grouped(outputs),
                                           wrapper.requantization ? "codes" : "outputs")
                             : failure,
             failure.empty() ? CheckStatus::Passed : CheckStatus::Failed});
        part.metrics.add(fmt::format("verify__interface__{}_outputs__count", simulator.key), outputs,
                         "outputs that left macaw_axi and were compared with golden");
    }
    return part;
}

}  // namespace macaw::sim
