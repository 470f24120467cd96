#include "reports/silicon/silicon_metrics.hpp"

#include <algorithm>

namespace macaw::reports {

namespace {

Expected<std::string> version_of(const std::string& program) {
    for (const Tool& tool : known_tools())
        if (tool.program == program) return tool_version(tool);
    throw std::logic_error("version_of: not in the tool table");
}

std::string synthesis_how(const SiliconOrigin& origin) {
    return fmt::format(
        "cell area after synthesis: {}, {}, recipe {}, hierarchy kept; {}; no wires, no placement",
        origin.yosys, origin.abc, origin.recipe, origin.library);
}

std::string timing_how(const SiliconOrigin& origin) {
    return fmt::format("{}: long period minus worst slack; {}; {}; ideal clock, recipe {}", origin.opensta,
                       origin.library, origin.wires, origin.recipe);
}

std::string activity_how(const SiliconResult& result, const SiliconOptions& options) {
    const sim::Activity& activity = *result.activity;
    return fmt::format(
        "stimulus of the co-simulation replayed on the netlist, zero-delay toggles of every net: {} cycles "
        "in {} "
        "segments over {} layers, seed {}, {} outputs equal to golden",
        activity.cycles, options.power.segments, activity.layer_cycles.size(), options.power.seed,
        activity.outputs);
}

std::string power_how(const SiliconResult& result, const SiliconOptions& options,
                      const SiliconOrigin& origin) {
    return fmt::format(
        "{}: linear coefficients of each instance, {} MHz; {}; {}; activity: {}; without glitches "
        "and clock tree",
        origin.opensta, options.clock_mhz, origin.library, origin.wires, activity_how(result, options));
}

void add_power_metrics(const SiliconResult& result, const hw::RtlManifest& manifest,
                       const SiliconOptions& options, const SiliconOrigin& origin, Metrics& metrics) {
    constexpr double kMilli = 1e3, kPico = 1e12;
    const ModulePower& total = result.power->total;
    const sim::Activity& activity = *result.activity;
    std::string how = power_how(result, options, origin);
    metrics.add("power__total__mw", total.total() * kMilli, how);
    metrics.add("power__dynamic__mw", (total.clock + total.internal + total.switching) * kMilli, how);
    metrics.add("power__internal__mw", (total.clock + total.internal) * kMilli,
                how + "; inside cells, clock pins included");
    metrics.add("power__clock_pins__mw", total.clock * kMilli,
                how + "; internal power of the clock pins of flip-flops");
    metrics.add("power__switching__mw", total.switching * kMilli, how + "; loads of the outputs of cells");
    metrics.add("power__leakage__mw", total.leakage * kMilli, how);
    metrics.add("power__clock__mhz", options.clock_mhz, "configuration");
    std::string counted = activity_how(result, options);
    metrics.add("power__activity__nets__count", result.power->nets, counted + "; every net has a count");
    metrics.add("power__activity__idle_nets__count", result.power->idle_nets,
                counted + "; nets without a toggle");
    metrics.add("power__activity__cycles__count", activity.cycles, counted);
    metrics.add("power__activity__outputs__count", activity.outputs, counted);
    metrics.add("power__activity__mean__toggles_per_cycle", result.power->toggles_per_cycle, counted);
    double beats_per_cycle = static_cast<double>(activity.beats) / static_cast<double>(activity.cycles);
    metrics.add("power__utilisation__ratio", beats_per_cycle, counted + "; accepted beats a cycle");
    double macs_per_second = beats_per_cycle *
                             static_cast<double>(manifest.array.macs_per_cycle(manifest.datapath)) *
                             options.clock_mhz * 1e6;
    metrics.add("energy__per_mac__pj", total.total() / macs_per_second * kPico,
                "total power over MACs a second; " + how);
}

}  // namespace

Expected<SiliconOrigin> find_origin(const SiliconOptions& options, const Library& library) {
    SiliconOrigin origin;
    origin.library = "library " + library.description();
    origin.wires =
        library.wire_load.empty() ? "no wires" : "wire-load model " + library.wire_load + " of the library";
    origin.recipe = to_string(options.recipe);
    MACAW_TRY(origin.yosys, version_of("yosys"));
    MACAW_TRY(std::string abc, version_of("berkeley-abc"));
    std::replace(abc.begin(), abc.end(), '\t', ' ');
    origin.abc = abc;
    MACAW_TRY(std::string opensta, version_of("sta"));
    origin.opensta = "OpenSTA " + opensta;
    return origin;
}

Metrics silicon_metrics(const SiliconResult& result, const hw::RtlManifest& manifest,
                        const SiliconOptions& options, const SiliconOrigin& origin) {
    Metrics metrics;
    std::string how = synthesis_how(origin);
    metrics.add("synth__area__um2", result.synthesis.area, how);
    const bool in_columns = manifest.array.dataflow == hw::Dataflow::WeightStationary;
    metrics.add("synth__area__pe__um2",
                result.synthesis.area_of(in_columns ? "macaw_systolic_pe" : "macaw_pe"),
                how + "; one processing element");
    metrics.add("synth__cells__count", result.synthesis.cells, how);
    metrics.add("synth__cells__adder__count", result.synthesis.adder_cells,
                how + "; full and half adder cells");
    metrics.add("synth__cells__fanout_buffer__count", result.synthesis.fanout_buffers,
                how + "; buffers added on nets with a high fan-out into submodules");
    metrics.add("timing__period__min_ns", result.timing.min_period_ns, timing_how(origin));
    metrics.add("timing__fmax__mhz", result.timing.fmax_mhz, timing_how(origin));
    if (result.power) add_power_metrics(result, manifest, options, origin, metrics);
    return metrics;
}

void add_trap_metrics(const Synthesis& synthesis, const Timing& timing, const SiliconOrigin& origin,
                      Metrics& metrics) {
    metrics.add(
        "synth__area__trap__um2", synthesis.area,
        "the trap twin of the array, its inner accumulator resolved in every beat; " + synthesis_how(origin));
    metrics.add(
        "timing__period__trap__min_ns", timing.min_period_ns,
        "the trap twin of the array, its inner accumulator resolved in every beat; " + timing_how(origin));
}

}  // namespace macaw::reports
