#include <algorithm>

#include "reports/glitch/glitch_point.hpp"

namespace macaw::reports {

namespace {

std::string how_of(const GlitchConfig& config, const FormLibrary& library, const GlitchResult& result) {
    const SiliconOrigin& origin = library.origin;
    return fmt::format(
        "{}, {}, recipe {}; {}; {}; {}; {}; cells' delays of OpenSTA's SDF without wires in Icarus, {} "
        "cycles of "
        "uniform random codes at {} MHz, a dot product of {} beats, seed {}; {} sums equal to the exact ones",
        to_string(result.unit), to_string(result.variant), to_string(config.recipe), origin.library,
        origin.yosys, origin.abc, origin.opensta, result.figures.cycles, config.clock_mhz,
        config.activity.operands.beats, config.activity.operands.seed, result.figures.sums);
}

// "l16_w4a8_p16_plain"
std::string key_of(const GlitchResult& result) {
    std::string form = to_string(result.variant);
    std::ranges::replace(form, ' ', '_');
    return fmt::format("l{}_w{}a{}_p{}_{}", result.unit.lanes, result.unit.weight_bits.bits(),
                       result.unit.activation_bits.bits(), result.unit.accumulator_bits.bits(), form);
}

}  // namespace

Table glitch_table(const std::vector<GlitchResult>& results) {
    Table table({"lanes", "weight_bits", "activation_bits", "accumulator_bits", "form", "area_um2",
                 "period_ns", "nets_count", "cycles_count", "sums_count", "zero_delay_toggles_per_cycle",
                 "icarus_zero_delay_toggles_per_cycle", "timed_toggles_per_cycle", "toggles_ratio",
                 "control_ratio", "worst_net_ratio", "zero_delay_power_mw", "timed_power_mw", "power_ratio"});
    for (const GlitchResult& result : results) {
        const GlitchFigures& figures = result.figures;
        table.add_row({result.unit.lanes, result.unit.weight_bits.bits(), result.unit.activation_bits.bits(),
                       result.unit.accumulator_bits.bits(), to_string(result.variant), figures.area,
                       figures.period, figures.nets, figures.cycles, figures.sums, figures.zero_delay,
                       figures.icarus_zero, figures.timed, figures.toggle_ratio(),
                       figures.icarus_zero / figures.zero_delay, figures.worst_net,
                       figures.zero_delay_power * 1e3, figures.timed_power * 1e3, figures.power_ratio()});
    }
    return table;
}

std::string glitch_markdown(const GlitchConfig& config, const FormLibrary& library,
                            const std::vector<GlitchResult>& results) {
    std::string text = fmt::format(
        "# {}\n\nToggles of all nets a cycle and power at {} MHz: settled values (zero delay), and with the "
        "delays "
        "of\nthe cells, glitches included. Control: Icarus with all delays 0 over our simulator.\n\n"
        "| unit | form | zero delay | with delays | ratio | control | mW zero delay | mW with delays | ratio "
        "|\n"
        "| --- | --- | --: | --: | --: | --: | --: | --: | --: |\n",
        config.title, config.clock_mhz);
    for (const GlitchResult& result : results) {
        const GlitchFigures& figures = result.figures;
        text += fmt::format("| {} | {} | {:.1f} | {:.1f} | {:.3f} | {:.3f} | {:.2f} | {:.2f} | {:.3f} |\n",
                            to_string(result.unit), to_string(result.variant), figures.zero_delay,
                            figures.timed, figures.toggle_ratio(), figures.icarus_zero / figures.zero_delay,
                            figures.zero_delay_power * 1e3, figures.timed_power * 1e3, figures.power_ratio());
    }
    text += "\nEstimates:\n";
    for (const GlitchResult& result : results) text += "- " + how_of(config, library, result) + ".\n";
    return text;
}

Metrics glitch_metrics(const GlitchConfig& config, const FormLibrary& library,
                       const std::vector<GlitchResult>& results) {
    Metrics metrics;
    for (const GlitchResult& result : results) {
        const std::string how = how_of(config, library, result), key = key_of(result);
        metrics.add(fmt::format("glitch__toggles__{}__ratio", key), result.figures.toggle_ratio(),
                    "with delays over settled values; " + how);
        metrics.add(fmt::format("glitch__power__{}__ratio", key), result.figures.power_ratio(),
                    "with delays over settled values, a glitch taken as two full swings; " + how);
        metrics.add(fmt::format("glitch__control__{}__ratio", key),
                    result.figures.icarus_zero / result.figures.zero_delay,
                    "Icarus with all delays 0 over our simulator; " + how);
    }
    return metrics;
}

}  // namespace macaw::reports
