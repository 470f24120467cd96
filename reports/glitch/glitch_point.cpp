#include "reports/glitch/glitch_point.hpp"

#include <algorithm>

#include "golden/support/progress.hpp"
#include "reports/forms/form_rtl.hpp"
#include "reports/glitch/toggle_checks.hpp"
#include "reports/silicon/power.hpp"
#include "reports/silicon/synthesis.hpp"
#include "reports/silicon/timing.hpp"
#include "sim/icarus/timed_unit.hpp"

namespace macaw::reports {

namespace fs = std::filesystem;

namespace {

constexpr const char* kSdf = "netlist.sdf";

// A flattened unit has cells such as "u_dot_product.u_fa_3", whose dot Icarus takes for a level of hierarchy
// when it reads SDF: short names instead, in netlist.v and netlist.json alike.
Expected<void> shorten_names(const Library& library, const std::string& top, ToolLog& log) {
    const std::string read = fmt::format(
        "read_liberty -lib -ignore_miss_func \"{}\"\nread_verilog netlist.v\nhierarchy -check -top {}\n",
        library.merged, top);
    MACAW_CHECK(write_text(log.folder() / "names.ys",
                           read + "rename -hide\nrename -enumerate\n" +
                               "write_verilog -noattr -simple-lhs netlist.v\ndesign -reset\n" + read +
                               "write_json netlist.json\n"));
    MACAW_TRY(std::string ignored, log.run({"yosys", "-s", "names.ys"}));
    return {};
}

Expected<void> write_sdf(const Library& library, const std::string& top, double period_ns, ToolLog& log) {
    MACAW_CHECK(
        write_text(log.folder() / "sdf.tcl",
                   read_and_constrain(library, top, period_ns) +
                       fmt::format("write_sdf -divider . -no_timestamp {}\nputs \"sdf done\"\n", kSdf)));
    MACAW_TRY(std::string output, log.run({"sta", "-no_splash", "-exit", "sdf.tcl"}));
    if (output.find("sdf done") == std::string::npos)
        return fail(ErrorKind::ToolFailed, "OpenSTA wrote no SDF:\n{}", output.substr(0, 1500));
    return {};
}

Expected<void> write_nets(const sim::FlatNetlist& netlist, const sim::Activity& zero,
                          const sim::Activity& timed, const fs::path& file) {
    Table table({"cell", "type", "output", "zero_delay_toggles_per_cycle", "timed_toggles_per_cycle"});
    for (const sim::NetlistInstance& instance : netlist.instances)
        for (std::size_t output = 0; output < instance.outputs.size(); ++output)
            table.add_row({instance.path, instance.cell, output,
                           zero.toggles_per_cycle(instance.outputs[output]),
                           timed.toggles_per_cycle(instance.outputs[output])});
    return table.write(file);
}

double worst_ratio(const sim::FlatNetlist& netlist, const sim::Activity& zero, const sim::Activity& timed) {
    double worst = 0;
    for (sim::NetId net = 0; net < netlist.nets; ++net)
        if (zero.toggles_per_cycle(net) >= 0.1)
            worst = std::max(worst, timed.toggles_per_cycle(net) / zero.toggles_per_cycle(net));
    return worst;
}

double sum_per_cycle(const Power& power) {
    return power.toggles_per_cycle * static_cast<double>(power.nets);
}

Expected<void> compare_runs(const sim::TimedUnit& unit, const GlitchConfig& config, const Library& library,
                            GlitchFigures& figures) {
    MACAW_TRY(sim::VectorMacActivity zero, sim::replay_vector_mac(unit.netlist, unit.unit, config.activity));
    MACAW_TRY(sim::Activity control, sim::run_timed_unit(unit, config.activity, {}));
    MACAW_CHECK(check_equal_toggles(unit.netlist, zero.activity, control));
    MACAW_TRY(sim::Activity timed, sim::run_timed_unit(unit, config.activity, kSdf));
    MACAW_CHECK(check_registers(unit.netlist, zero.activity, timed));
    MACAW_CHECK(write_nets(unit.netlist, zero.activity, timed, unit.folder / "toggles_by_net.csv"));
    MACAW_TRY(auto coefficients, power_coefficients(library, unit.netlist, unit.folder));
    MACAW_CHECK(
        check_switching(unit.netlist, coefficients, zero.activity, library.voltage, config.clock_mhz));
    const Power without = estimate_power(unit.netlist, coefficients, zero.activity);
    const Power with = estimate_power(unit.netlist, coefficients, timed);
    figures.nets = without.nets;
    figures.cycles = timed.cycles;
    figures.sums = timed.outputs;
    figures.zero_delay = sum_per_cycle(without);
    figures.icarus_zero = sum_per_cycle(estimate_power(unit.netlist, coefficients, control));
    figures.timed = sum_per_cycle(with);
    figures.zero_delay_power = without.total.total();
    figures.timed_power = with.total.total();
    figures.worst_net = worst_ratio(unit.netlist, zero.activity, timed);
    return {};
}

}  // namespace

Expected<GlitchResult> count_glitches(const hw::DotProductShape& unit, const FormVariant& variant,
                                      const GlitchConfig& config, const FormLibrary& library,
                                      const fs::path& folder) {
    MACAW_CHECK(stop_if_interrupted());
    MACAW_TRY(FormRtl rtl, rtl_of(unit, variant, config.plain));
    MACAW_TRY(std::vector<fs::path> files, write_sources(rtl, folder));
    MACAW_TRY(ToolLog log, ToolLog::create(folder, "tools.log"));
    MACAW_TRY(Synthesis synthesis,
              synthesize(files, rtl.top, config.recipe, library.library, log, rtl.options));
    MACAW_CHECK(shorten_names(library.library, rtl.top, log));
    MACAW_TRY(Timing timing, analyze_timing(library.library, rtl.top, log, config.clock_mhz));
    const double period_ns = 1000 / config.clock_mhz;
    if (timing.min_period_ns >= period_ns)
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("{}: the least period {:.3f} ns is not below that of the clock, {} ns",
                                      to_string(unit), timing.min_period_ns, period_ns),
                          fmt::format("clock_mhz: {:.0f}", 900 / timing.min_period_ns),
                          {}});
    MACAW_CHECK(write_sdf(library.library, rtl.top, period_ns, log));
    MACAW_TRY(sim::FlatNetlist netlist,
              sim::read_netlist(folder / "netlist.json", library.library.cells, rtl.top, {"clk_i", true}));
    GlitchResult result{unit, variant, {}};
    result.figures.area = synthesis.area;
    result.figures.period = timing.min_period_ns;
    MACAW_CHECK(compare_runs({folder, netlist, library.library.cells, unit, period_ns}, config,
                             library.library, result.figures));
    return result;
}

}  // namespace macaw::reports
