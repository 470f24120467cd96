#include "reports/silicon/silicon_metrics.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "reports/silicon/cross_check.hpp"

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

// Said wherever power is that of some layers only.
std::string chosen_layers(const SiliconOptions& options) {
    if (options.power.layers.empty()) return {};
    return fmt::format(" (only those of synth.power.layers: {})", fmt::join(options.power.layers, ", "));
}

std::string activity_how(const SiliconResult& result, const SiliconOptions& options) {
    const sim::Activity& activity = *result.activity;
    return fmt::format(
        "port stimulus of the layers (macaw stimulate) replayed on the netlist, zero-delay toggles of every "
        "net: {} cycles in {} segments over {} layers{}, seed {}, {} outputs equal to golden",
        activity.cycles, options.power.segments, activity.layer_cycles.size(), chosen_layers(options),
        options.power.seed, activity.outputs);
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
    if (const std::optional<double> error = mean_of(result.power->segments).standard_error)
        metrics.add("power__total__standard_error__mw", *error * kMilli,
                    fmt::format("of the total power, from {} segments as if they were drawn at random; they "
                                "are spread evenly over the layers; {}",
                                result.power->segments.size(), how));
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
    metrics.add("power__activity__mean__static_probability__ratio", *result.power->static_probability,
                counted + "; share of cycles in which a net is 1, mean over the nets");
    metrics.add("power__activity__mean__toggles_per_cycle", result.power->toggles_per_cycle, counted);
    double beats_per_cycle = static_cast<double>(activity.beats) / static_cast<double>(activity.cycles);
    metrics.add("power__utilisation__ratio", beats_per_cycle, counted + "; accepted beats a cycle");
    double macs_per_second = beats_per_cycle *
                             static_cast<double>(manifest.array.macs_per_cycle(manifest.datapath)) *
                             options.clock_mhz * 1e6;
    metrics.add("energy__per_mac__pj", total.total() / macs_per_second * kPico,
                "total power over MACs a second; " + how);
    // Of some layers it is another figure, which nothing compares with that of a whole model.
    metrics.add(
        options.power.layers.empty() ? "energy__per_token__nj" : "energy__per_token__chosen_layers__nj",
        energy_per_token(result.layers) * 1e9,
        fmt::format(
            "cycles of a token in each of the {} layers of the stimulus at the mean power "
            "while that layer stood at the ports (of the whole sample where it has less than a block of "
            "the layer); {}; {}",
            result.layers.size(), kEnergyScope, how));
}

// Each figure from two sources; see cross_check.hpp.
void add_cross_checks(const SiliconResult& result, const SiliconOrigin& origin, Metrics& metrics) {
    metrics.add(
        "synth__check__area__ratio", result.synthesis.yosys_area / result.synthesis.area,
        fmt::format("area that Yosys prints over the sum of all cells; a difference of more than {} is "
                    "an error; {}",
                    kAreaTolerance, synthesis_how(origin)));
    if (result.synthesis.abc_delay_ns <= 0) return;
    const double ratio = result.timing.min_period_ns / result.synthesis.abc_delay_ns;
    metrics.add(
        "timing__check__abc_delay__ratio", ratio,
        fmt::format("least period by OpenSTA over the largest delay of a module by ABC, {:.3f} ns; {} "
                    "{} to {}, as ABC sees one module at a time and no flip-flop; {}",
                    result.synthesis.abc_delay_ns,
                    ratio >= kLeastPeriodOverAbc && ratio <= kMostPeriodOverAbc ? "within" : "OUTSIDE",
                    kLeastPeriodOverAbc, kMostPeriodOverAbc, timing_how(origin)));
}

void add_recipe_metrics(const SiliconResult& result, const SiliconOptions& options,
                        const SiliconOrigin& origin, Metrics& metrics) {
    if (result.recipes.empty()) return;
    const double period_ns = 1000 / options.clock_mhz;
    metrics.add("synth__recipe__chosen__name", to_string(options.recipe), synthesis_how(origin));
    metrics.add("synth__recipe__meeting_clock__count",
                std::ranges::count_if(result.recipes,
                                      [&](const RecipeCandidate& one) { return one.period_ns <= period_ns; }),
                fmt::format("of {} recipes, those whose least period meets {} MHz; recipes.csv; {}",
                            result.recipes.size(), options.clock_mhz, timing_how(origin)));
}

// Area and least period of a design beside the array.
void add_netlist_metrics(const Netlist& netlist, const std::string& name, const std::string& what,
                         const SiliconOrigin& origin, Metrics& metrics) {
    metrics.add("synth__area__" + name + "__um2", netlist.synthesis.area,
                what + "; " + synthesis_how(origin));
    metrics.add("timing__period__" + name + "__min_ns", netlist.timing.min_period_ns,
                what + "; " + timing_how(origin));
}

void add_interface_parts(const Synthesis& whole, double array, const std::string& how, Metrics& metrics) {
    auto add = [&](const std::string& name, double area, const std::string& what) {
        metrics.add("synth__area__" + name + "__um2", area, what + "; " + how);
    };
    // What ABC makes of a module depends on how Yosys numbers its nets, and so on what else was read.
    add("wrapped__array", array,
        "the array inside macaw_axi: the array alone, with buffers on nets of its input ports and with what "
        "ABC maps otherwise");
    add("interface", whole.area - array, "macaw_axi without the array inside");
    add("interface__wrapper", whole.find(whole.top)->area,
        "cells of macaw_axi itself: the order of a job, flags counted, streams");
    add("interface__registers", whole.area_of("macaw_axi_registers"), "the AXI4-Lite register file");
    if (whole.find("macaw_requantizer") != nullptr)
        add("interface__requantizer", whole.area_of("macaw_requantizer"), "the requantizer of all columns");
}

void add_interface_metrics(const SiliconResult& result, const SiliconOrigin& origin, Metrics& metrics) {
    const Synthesis& whole = result.interface->synthesis;
    const std::string& array = result.synthesis.top;
    if (whole.find(array) == nullptr) {  // no AXI
        add_netlist_metrics(*result.interface, "interface", whole.top + " alone, without the array", origin,
                            metrics);
        return;
    }
    add_netlist_metrics(*result.interface, "wrapped", whole.top + " with the array inside", origin, metrics);
    add_interface_parts(whole, whole.area_of(array), synthesis_how(origin), metrics);
}

}  // namespace

Expected<SiliconOrigin> find_origin(const SiliconOptions& options, const Library& library) {
    SiliconOrigin origin;
    origin.library = "library " + library.description();
    origin.wires =
        library.wire_load.empty() ? "no wires" : "wire-load model " + library.wire_load + " of the library";
    origin.recipe = to_string(options.recipe);
    if (options.best_recipe)
        origin.recipe += fmt::format(
            " (chosen: least area of all recipes that meet {} MHz, the shortest period where none does)",
            options.clock_mhz);
    MACAW_TRY(origin.yosys, version_of("yosys"));
    MACAW_TRY(std::string abc, version_of("berkeley-abc"));
    std::replace(abc.begin(), abc.end(), '\t', ' ');
    origin.abc = abc;
    MACAW_TRY(std::string opensta, version_of("sta"));
    origin.opensta = "OpenSTA " + opensta;
    if (auto area = library.nand2_area()) origin.nand2 = {library.nand2->cell, *area};
    return origin;
}

Metrics silicon_metrics(const SiliconResult& result, const hw::RtlManifest& manifest,
                        const SiliconOptions& options, const SiliconOrigin& origin) {
    Metrics metrics;
    std::string how = synthesis_how(origin);
    metrics.add("synth__area__um2", result.synthesis.area, how);
    if (origin.nand2)
        metrics.add(
            "synth__area__nand2__count", result.synthesis.area / origin.nand2->second,
            fmt::format("area over that of {}, {} um2; {}", origin.nand2->first, origin.nand2->second, how));
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
    add_cross_checks(result, origin, metrics);
    add_recipe_metrics(result, options, origin, metrics);
    if (result.power) add_power_metrics(result, manifest, options, origin, metrics);
    if (result.trap)
        add_netlist_metrics(*result.trap, "trap",
                            "the trap twin of the array, its inner accumulator resolved in every beat",
                            origin, metrics);
    if (result.interface) add_interface_metrics(result, origin, metrics);
    return metrics;
}

}  // namespace macaw::reports
