// A finished sweep for the tests of the report: operand widths and accumulator widths, with the folders of
// its steps and made-up figures in the shape (and with the length of origins) of real ones.
#pragma once

#include <cmath>
#include <filesystem>
#include <string>

#include "reports/html/sweep_report.hpp"
#include "testbench/unit/reports/report_example.hpp"

namespace macaw::testing {

struct ExampleWidths {
    int weight, activation, inner;
    std::string name() const { return fmt::format("w{}_a{}_p{}", weight, activation, inner); }
    std::string datapath() const {
        return fmt::format("W{}A{} T=64 P_I={} P_O={} wrap/wrap", weight, activation, inner, inner + 4);
    }
};

inline Metrics example_quality(const ExampleWidths& widths) {
    const double too_narrow = std::max(0, widths.weight + widths.activation + 2 - widths.inner);
    const double perplexity =
        27.9 + 60.0 / (widths.weight * widths.activation) + 3.5 * std::pow(8, too_narrow) - 3.5;
    const std::string how =
        "measured on luke_john_acts.txt (sha256 592cde32f815), 200 windows of 512 tokens, standard error "
        "0.307; "
        "bit-exact integer datapath " +
        widths.datapath() +
        " (axe layers): linear layers of every block; embedding, norms, softmax, attention products and LM "
        "head in "
        "float32";
    Metrics metrics;
    metrics.add("model__ppl__datapath", perplexity, how);
    metrics.add("model__standard_error__datapath__ppl", 0.307,
                "of the perplexity, from the spread of the windows; " + how);
    metrics.add("model__overflow__inner_tiles__count", 0, "every tile sum checked; " + how);
    return metrics;
}

inline Metrics example_silicon(const ExampleWidths& widths) {
    const std::string library = "library osu018_stdcells, corner typical, 1.8 V, 25 C";
    const std::string synthesis =
        "cell area after synthesis: Yosys 0.23 (git sha1 7ce5011c24b), berkeley-abc 1.01+20221019git70cb339, "
        "recipe "
        "balanced, hierarchy kept; " +
        library + "; no wires, no placement";
    const std::string power = "OpenSTA 2.0.17: linear coefficients of each instance, 100 MHz; " + library +
                              "; no wires; activity: stimulus of the co-simulation replayed on the netlist, "
                              "zero-delay toggles of every "
                              "net: 65536 cycles in 128 segments over 42 layers, seed 1, 221104 outputs "
                              "equal to golden; without glitches "
                              "and clock tree";
    const double area = 4e4 * widths.weight * widths.activation + 9e4 * widths.inner + 1.5;
    Metrics metrics;
    metrics.add("synth__area__um2", area, synthesis);
    metrics.add("synth__cells__count", std::floor(area / 57), synthesis);
    metrics.add("timing__period__min_ns", 6.5 + 0.11 * widths.inner,
                "OpenSTA 2.0.17: long period minus worst slack; " + library + "; no wires; ideal clock");
    metrics.add("timing__fmax__mhz", 1000 / (6.5 + 0.11 * widths.inner), "1 / least period; " + library);
    metrics.add("power__total__mw", area / 2e4, power);
    metrics.add("power__leakage__mw", area / 3e9, power);
    for (const char* part : {"dynamic", "internal", "clock_pins", "switching"})
        metrics.add(fmt::format("power__{}__mw", part), area / 5e4, power + "; " + part);
    metrics.add("energy__per_mac__pj", area / 2e6, "total power over MACs a second; " + power);
    metrics.add(
        "energy__per_token__nj", area / 3e3,
        "modelled: MACs and memory accesses of one token, energy per MAC of this netlist, accesses by the "
        "mapping of each layer; " +
            library);
    return metrics;
}

inline reports::SweepPoint example_point(const std::filesystem::path& store, const ExampleWidths& widths) {
    reports::SweepPoint point;
    point.name = widths.name();
    point.axes = {{"datapath.weight_bits", std::to_string(widths.weight)},
                  {"datapath.activation_bits", std::to_string(widths.activation)},
                  {"datapath.inner_bits", std::to_string(widths.inner)}};
    auto add = [&](const std::string& step, const std::string& folder, const Metrics& metrics) {
        if (!std::filesystem::exists(store / folder)) make_step(store, folder, metrics);
        point.steps.push_back({step, store / folder});
        for (const Metric& metric : metrics.all()) {
            point.metrics.add(metric.key, metric.value, metric.how);
            point.metric_steps[metric.key] = step;
        }
    };
    Metrics shared;
    shared.add("model__ppl__float", 27.905,
               "measured on luke_john_acts.txt, 200 windows of 512 tokens; float32");
    add("float_perplexity", "float_perplexity-shared", shared);
    Metrics bound;
    bound.add("datapath__inner__bits", widths.inner, "configured, " + widths.datapath());
    bound.add("bound__inner__bits", std::min(widths.inner, widths.weight + widths.activation + 6),
              "smallest safe P_I over all layers: integer arithmetic on the stored codes of 42 layers");
    add("bound", "bound-" + widths.name(), bound);
    add("perplexity", "perplexity-" + widths.name(), example_quality(widths));
    Metrics cosim;
    cosim.add("cosim__outputs__count", 442208,
              "outputs of the Verilated RTL (output_stationary 8x8 L=16, " + widths.datapath() + ")");
    cosim.add("cosim__mismatches__count", 0, "outputs, flags and padding that differ from golden, both RTLs");
    add("cosim", "cosim-" + widths.name(), cosim);
    add("synth", "synth-" + widths.name(), example_silicon(widths));
    const double area = point.metrics.find("synth__area__um2")->value.get<double>();
    Table modules({"module", "instances_count", "area_um2", "total_area_um2"});
    modules.add_row({"macaw_pe", 64, area * 0.8 / 64, area * 0.8});
    modules.add_row({"macaw_skew", 1, area * 0.15, area * 0.15});
    modules.add_row({"macaw_array", 1, area * 0.05, area * 0.05});
    must(modules.write(store / ("synth-" + widths.name()) / "area_by_module.csv"));
    return point;
}

// Three weight widths, two activation widths and `inner_widths` accumulator widths from 12 on.
inline reports::SweepReportOptions example_sweep(const std::filesystem::path& folder, int inner_widths) {
    reports::SweepReportOptions options{
        "silicon", "axes:\n  datapath.weight_bits: [4, 6, 8]\n", {}, {}, folder / "silicon"};
    for (int weight : {4, 6, 8})
        for (int activation : {4, 8})
            for (int inner = 12; inner < 12 + inner_widths; ++inner)
                options.points.push_back(example_point(folder / "store", {weight, activation, inner}));
    return options;
}

}  // namespace macaw::testing
