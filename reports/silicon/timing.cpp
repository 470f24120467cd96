#include "reports/silicon/timing.hpp"

#include <cmath>
#include <regex>
#include <sstream>
#include <vector>

#include "reports/silicon/power.hpp"
#include "sim/netlist/constant_outputs.hpp"

namespace macaw::reports {

namespace {

constexpr double kLongPeriodNs = 1000;

// check_setup prints nothing when every register has a clock and every path a constraint.
Expected<std::string> said_by_check_setup(const std::string& output) {
    const std::string before = "checking setup\n", after = "setup checked\n";
    std::size_t begin = output.find(before), end = output.find(after);
    if (begin == std::string::npos || end == std::string::npos)
        return fail(ErrorKind::ToolFailed, "OpenSTA could not read or constrain the netlist:\n{}",
                    output.substr(0, 1500));
    return output.substr(begin + before.size(), end - begin - before.size());
}

Expected<void> check_constraints(const std::string& output, const Library& library, const std::string& top,
                                 const std::filesystem::path& folder) {
    MACAW_TRY(std::string said, said_by_check_setup(output));
    if (said.empty()) return {};
    MACAW_TRY(sim::FlatNetlist netlist, sim::read_netlist(folder / "netlist.json", library.cells, top));
    said = without_endpoints(said, sim::constant_outputs(netlist));
    if (said.empty()) return {};
    return fail(ErrorKind::ToolFailed, "the netlist is not fully constrained:\n{}", said.substr(0, 1500));
}

}  // namespace

std::string without_endpoints(const std::string& said, const std::set<std::string>& constant) {
    struct Warning {
        std::string title;
        std::vector<std::string> entries;  // indented lines
    };
    std::vector<Warning> warnings;
    std::istringstream lines(said);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("  ") && !warnings.empty())
            warnings.back().entries.push_back(line);
        else
            warnings.push_back({line, {}});
    }
    std::string left;
    for (Warning& warning : warnings) {
        const bool of_endpoints = warning.title.find("unconstrained endpoint") != std::string::npos;
        const std::size_t excused = std::erase_if(warning.entries, [&](const std::string& entry) {
            return of_endpoints && constant.contains(entry.substr(2));
        });
        if (excused > 0 && warning.entries.empty()) continue;
        left += warning.title + "\n";
        for (const std::string& entry : warning.entries) left += entry + "\n";
    }
    return left;
}

std::string read_and_constrain(const Library& library, const std::string& top, double period_ns) {
    std::string script;
    for (const std::string& file : library.files) script += fmt::format("read_liberty {{{}}}\n", file);
    script += fmt::format(
        "read_verilog netlist.v\n"
        "link_design {}\n"
        "set_cmd_units -time ns -capacitance pF -power mW\n"
        "create_clock -name clk_i -period {} [get_ports clk_i]\n"
        "foreach port [all_inputs] {{\n"
        "  if {{[get_name $port] ne \"clk_i\"}} {{ set_input_delay 0 -clock clk_i $port }}\n"
        "}}\n"
        "set_output_delay 0 -clock clk_i [all_outputs]\n",
        top, period_ns);
    return script;
}

Expected<Timing> analyze_timing(const Library& library, const std::string& top, ToolLog& log,
                                std::optional<double> power_clock_mhz) {
    const double period_ns = power_clock_mhz ? 1000 / *power_clock_mhz : kLongPeriodNs;
    std::string script = read_and_constrain(library, top, period_ns);
    script +=
        "puts \"checking setup\"\n"
        "check_setup -verbose\n"
        "puts \"setup checked\"\n";
    // Before the slack: power needs all arrivals, and the slack then finds them known.
    if (power_clock_mhz) script += power_commands();
    script +=
        "report_worst_slack -digits 6\n"
        "report_checks -path_delay max -format full_clock -fields {capacitance slew fanout} -digits 4 > "
        "critical_path.txt\n"
        "puts \"timing done\"\n";
    MACAW_CHECK(write_text(log.folder() / "timing.tcl", script));
    MACAW_TRY(std::string output, log.run({"sta", "-no_splash", "-exit", "timing.tcl"}));
    MACAW_CHECK(check_constraints(output, library, top, log.folder()));
    std::smatch match;
    // OpenSTA ends with exit code 0 after an error in a script.
    if (output.find("timing done") == std::string::npos ||
        !std::regex_search(output, match, std::regex(R"(worst slack ([-0-9.eE+]+))")))
        return fail(ErrorKind::ToolFailed, "OpenSTA gave no slack:\n{}", output.substr(0, 1500));
    Timing timing;
    timing.min_period_ns = period_ns - std::stod(match[1]);
    if (!(timing.min_period_ns > 0) || timing.min_period_ns >= kLongPeriodNs)
        return fail(ErrorKind::ToolFailed,
                    "OpenSTA's worst slack {} ns at a period of {} ns is not plausible", match[1].str(),
                    period_ns);
    timing.fmax_mhz = 1000 / timing.min_period_ns;
    MACAW_TRY(timing.critical_path, read_text(log.folder() / "critical_path.txt"));
    return timing;
}

}  // namespace macaw::reports
