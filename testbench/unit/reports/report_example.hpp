// A small finished run for the tests of the report: the folders that the steps of macaw leave, with made-up
// figures in the shape of real ones. Everything is written by the same classes that the steps use.
#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "golden/support/csv.hpp"
#include "golden/support/file.hpp"
#include "golden/support/metrics.hpp"
#include "reports/html/report.hpp"

namespace macaw::testing {

inline void must(const Expected<void>& result) {
    if (!result) BOOST_FAIL(to_text(result.error()));
}

// A step's folder below `run`, with step.json and these metrics.
inline std::filesystem::path make_step(const std::filesystem::path& run, const std::string& name,
                                       const Metrics& metrics) {
    std::filesystem::path folder = run / name;
    std::filesystem::create_directories(folder);
    must(metrics.write(folder / "metrics.json"));
    must(write_json(folder / "step.json", {{"step", name},
                                           {"command", "macaw " + name + " configs/demo.yaml"},
                                           {"inputs",
                                            {{"model.safetensors", std::string(64, 'a')},
                                             {"configs/demo.yaml", std::string(64, 'b')}}},
                                           {"tools", {{"yosys", "Yosys 0.23"}}},
                                           {"macaw", "0.1.0"},
                                           {"seconds", 12.5},
                                           {"peak_memory_kib", 204800},
                                           {"machine", "2 cores, Debian 12"},
                                           {"seed", 20240923}}));
    return folder;
}

inline void make_quantize(const std::filesystem::path& run) {
    Metrics metrics;
    metrics.add("axe__tiles__count", 86016, "counted by the quantizer");
    metrics.add("axe__tiles__constrained__count", 1234, "tiles with lambda > 0 or clipped codes");
    metrics.add("datapath__inner__bits", 15, "configuration");
    metrics.add("datapath__outer__bits", 19, "configuration");
    Table layers({"layer", "tiles", "tiles_lambda", "tiles_clipped", "tiles_constrained", "codes_clipped",
                  "sparsity"});
    for (int layer = 0; layer < 42; ++layer)
        layers.add_row({"model.layers." + std::to_string(layer / 7) + ".linear" + std::to_string(layer % 7),
                        1024, 10 + layer % 7, 3, 12 + 5 * (layer % 7), 5, 0.1234567 + 0.001 * layer});
    must(layers.write(make_step(run, "quantize", metrics) / "layers.csv"));
}

inline void make_bound(const std::filesystem::path& run) {
    Metrics metrics;
    metrics.add("bound__inner__bits", 15, "certificate from the integer codes");
    metrics.add("bound__outer__bits", 18, "certificate from the integer codes");
    metrics.add("bound__inner__headroom__ratio", 0.0312, "1 - reach / limit at P_I = 15");
    std::filesystem::path folder = make_step(run, "bound", metrics);
    Table layers({"layer", "out_features", "in_features", "inner_bits", "outer_bits", "inner_min",
                  "inner_max", "outer_min", "outer_max", "inner_headroom", "outer_headroom"});
    for (int layer = 0; layer < 42; ++layer)
        layers.add_row({"model.layers." + std::to_string(layer / 7) + ".linear" + std::to_string(layer % 7),
                        256, 768, 15, 18, -15872, 15870, -101234, 100999, 0.031 + 0.002 * (layer % 7),
                        0.22 + 0.01 * (layer % 7)});
    must(layers.write(folder / "layers.csv"));
    Table histogram({"headroom_from_percent", "headroom_to_percent", "tiles"});
    for (int bin = 0; bin < 20; ++bin)
        histogram.add_row({bin * 5, bin * 5 + 5, std::lround(9000 * std::exp(-0.1 * (bin - 7) * (bin - 7)))});
    must(histogram.write(folder / "inner_headroom_histogram.csv"));
}

inline void make_perplexity(const std::filesystem::path& run) {
    Metrics metrics;
    metrics.add("model__ppl__float", 27.905, "Luke, John, Acts; 512-token windows");
    metrics.add("model__ppl__quantized", 31.86, "dequantized codes in float");
    metrics.add("model__ppl__datapath", 31.861, "bit-exact integer datapath");
    std::filesystem::path folder = make_step(run, "perplexity", metrics);
    Table luck({"constraint", "overflow_mode", "inner_bits", "perplexity", "inner_overflow_rate"});
    luck.add_row({"axe", "wrap", 15, 31.86, 0.0});
    luck.add_row({"none", "wrap", 15, 31.13, 0.0});
    luck.add_row({"none", "wrap", 13, 32.33, 7.7e-6});
    luck.add_row({"none", "wrap", 12, 1801.0, 5.0e-3});
    luck.add_row({"none", "wrap", 11, 3.4e5, 0.12});
    luck.add_row({"none", "saturate", 15, 31.13, 0.0});
    luck.add_row({"none", "saturate", 13, 31.13, 7.7e-6});
    luck.add_row({"none", "saturate", 12, 32.53, 3.6e-3});
    luck.add_row({"none", "saturate", 11, 78.7, 6.9e-2});
    must(luck.write(folder / "luck.csv"));
}

inline void make_cosim(const std::filesystem::path& run) {
    Metrics metrics;
    metrics.add("cosim__outputs__count", 7864320, "verilated wrap and trap RTL against golden::matmul");
    metrics.add("cosim__mismatches__count", 0, "verilated wrap and trap RTL against golden::matmul");
    metrics.add("cosim__overflows__count", 0, "flags of the trap RTL");
    Table layers({"layer", "tokens_count", "simulator", "outputs_count", "mismatches_count", "cycles_count",
                  "utilisation_ratio"});
    for (int layer = 0; layer < 42; ++layer)
        for (const char* simulator : {"verilator", "verilator trap", "c++ model"})
            layers.add_row({"model.layers." + std::to_string(layer), 512, simulator, 131072, 0, 98304,
                            0.97 + 0.0005 * layer});
    must(layers.write(make_step(run, "cosim", metrics) / "layers.csv"));
}

inline void make_synth(const std::filesystem::path& run) {
    Metrics metrics;
    metrics.add("synth__area__um2", 8123456.5, "Yosys 0.23, osu018_stdcells, recipe balanced");
    metrics.add("timing__period__min_ns", 8.73, "OpenSTA 2.0.17, no wires");
    metrics.add("timing__fmax__mhz", 114.5, "1 / least period");
    metrics.add("power__total__mw", 412.3, "toggles of the netlist under the co-simulation's stimulus");
    metrics.add("energy__per_mac__pj", 4.03, "power / (MACs per second)");
    std::filesystem::path folder = make_step(run, "synth", metrics);
    Table area({"module", "instances_count", "area_um2", "total_area_um2"});
    area.add_row({"dot_product_element", 64, 112345.5, 7190112.0});
    area.add_row({"array_top", 1, 533344.5, 533344.5});
    area.add_row({"stream_wrapper", 1, 400000, 400000});
    must(area.write(folder / "area_by_module.csv"));
    Table power({"module", "clock_pins_mw", "internal_mw", "switching_mw", "leakage_mw", "total_mw"});
    power.add_row({"dot_product_element", 60.5, 190.0, 110.25, 0.002, 360.752});
    power.add_row({"array_top", 5.5, 15.0, 8.25, 0.0002, 28.7502});
    power.add_row({"stream_wrapper", 4.0, 12.0, 6.7, 0.0001, 22.7001});
    power.add_row({"total", 70.0, 217.0, 125.2, 0.0023, 412.2023});
    must(power.write(folder / "power_by_module.csv"));
    must(write_text(folder / "critical_path.txt",
                    "Startpoint: _123_ (rising edge-triggered flip-flop)\n  8.73 <slack\n"));
}

// The whole run below `run`, and the options of a report into `run`/report.
inline reports::ReportOptions example_run(const std::filesystem::path& run) {
    make_quantize(run);
    make_bound(run);
    make_perplexity(run);
    make_cosim(run);
    make_synth(run);
    return {"demo",
            "name: demo\ndatapath:\n  inner_bits: 15\n",
            {{"Quantize", run / "quantize"},
             {"Bound", run / "bound"},
             {"Perplexity", run / "perplexity"},
             {"Co-simulation", run / "cosim"},
             {"Synthesis, timing and power", run / "synth"}},
            run / "report"};
}

inline std::string text_of(const std::filesystem::path& file) {
    auto text = read_text(file);
    if (!text) BOOST_FAIL(to_text(text.error()));
    return *text;
}

// Names of all files below a folder, relative and sorted.
inline std::vector<std::string> files_below(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    if (!std::filesystem::exists(folder)) return names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            names.push_back(std::filesystem::relative(entry.path(), folder).string());
    std::ranges::sort(names);
    return names;
}

}  // namespace macaw::testing
