// See cosimulation_report.hpp.
#include "sim/cosimulation_report.hpp"

#include "golden/support/csv.hpp"

namespace macaw::sim {

namespace {

struct Sums {
    LayerCosimulation rtl, trap, model;
    double macs = 0;
};

Sums sums_of(const CosimulationResult& result) {
    Sums sums;
    for (const LayerReport& layer : result.layers) {
        sums.rtl += layer.rtl;
        sums.trap += layer.trap;
        sums.model += layer.model;
        const golden::MatmulShape& shape = layer.rtl.shape;
        sums.macs += static_cast<double>(shape.tokens) * static_cast<double>(shape.in_features) *
                     static_cast<double>(shape.out_features);
    }
    return sums;
}

void add_layer_metrics(Metrics& metrics, const CosimulationResult& result) {
    Sums sums = sums_of(result);
    std::string array = fmt::format("{}, {}", to_string(result.array), to_string(result.datapath));
    const LayerCosimulation& rtl = sums.rtl;
    metrics.add(
        "cosim__outputs__count", rtl.comparison.outputs + sums.trap.comparison.outputs,
        fmt::format(
            "outputs of the Verilated RTL ({}) and of its trap twin, compared with golden bit for bit",
            array));
    metrics.add("cosim__mismatches__count", rtl.comparison.mismatches + sums.trap.comparison.mismatches,
                "outputs, flags and padding that differ from golden, both RTLs");
    metrics.add("cosim__overflows__count", sums.trap.inner_flag_outputs + sums.trap.outer_flag_outputs,
                "inner and outer overflow flags that came with the outputs of the trap RTL");
    metrics.add("cosim__cycles__count", rtl.cycles,
                "clock cycles of the RTL for all layers, no stalls from outside");
    metrics.add("cosim__utilisation__ratio", rtl.utilisation(), "accepted beats / cycles, all layers");
    metrics.add("cosim__speed__mac_per_s", sums.macs / rtl.seconds,
                "multiply-accumulates of the layers (without padding) / wall clock of the Verilated RTL, one "
                "thread each");
    metrics.add(
        "cosim__model__outputs__count", sums.model.comparison.outputs,
        "outputs of the C++ model compared with golden: first token group, first four column groups a layer");
    metrics.add("cosim__model__mismatches__count", sums.model.comparison.mismatches,
                "as cosim__model__outputs__count");
}

void add_systemc_metrics(Metrics& metrics, const CosimulationResult& result) {
    std::string how = fmt::format(
        "layer {} under SystemC (verilator --sc) against Verilator: every value, flag and the "
        "number of cycles",
        result.systemc_layer);
    metrics.add("cosim__systemc__outputs__count", result.systemc.outputs, how);
    metrics.add("cosim__systemc__mismatches__count", result.systemc.mismatches, how);
}

void add_worst_case_metrics(Metrics& metrics, const WorstCaseLayer& total) {
    auto widths = [](const WorstCaseRun& run) {
        return fmt::format("Verilated trap RTL, 1 x 1, P_I = {}, P_O = {}", run.inner_bits.bits(),
                           run.outer_bits.bits());
    };
    metrics.add("cosim__worst_case__rows__count", total.rows,
                "output channels whose worst-case inputs were driven");
    metrics.add("cosim__worst_case__vectors__count", total.vectors,
                "maximum and minimum of each whole row, and of its worst tile alone");
    metrics.add("cosim__worst_case__mismatches__count",
                total.certified.comparison.mismatches + total.extremes_missed,
                widths(total.certified) + ": outputs that are not the certificate's extreme");
    metrics.add("cosim__worst_case__flags__count", total.certified.rtl_flags, widths(total.certified));
    if (total.narrower_inner) {
        std::string how = widths(*total.narrower_inner) + ": one inner bit less than certified";
        metrics.add("cosim__worst_case__narrower__flags__count", total.narrower_inner->rtl_flags, how);
        metrics.add("cosim__worst_case__narrower__mismatches__count",
                    total.narrower_inner->comparison.mismatches, how);
    }
    if (total.narrower_outer) {
        std::string how = widths(*total.narrower_outer) + ": one outer bit less than certified";
        metrics.add("cosim__worst_case__narrower_outer__flags__count", total.narrower_outer->rtl_flags, how);
        metrics.add("cosim__worst_case__narrower_outer__mismatches__count",
                    total.narrower_outer->comparison.mismatches, how);
    }
}

void add_negative_metrics(Metrics& metrics, const NegativeControlResult& control) {
    if (control.runs.empty()) return;
    metrics.add(
        "cosim__negative__wrapped__count", control.wrapped_outputs,
        "unconstrained layers in too narrow accumulators: wrapped outputs of the RTL, equal to golden");
    metrics.add("cosim__negative__saturated__count", control.saturated_outputs,
                "the same, saturated outputs");
    metrics.add("cosim__negative__outputs__count", control.outputs,
                "outputs compared with golden, RTL and C++ model, wrap, saturate and trap");
    metrics.add("cosim__negative__mismatches__count", control.comparison.mismatches,
                "of these, values or flags that differ");
}

Table layers_table(const CosimulationResult& result) {
    Table table({"layer", "tokens_count", "in_features_count", "out_features_count", "simulator",
                 "outputs_count", "mismatches_count", "inner_flags_count", "outer_flags_count", "beats_count",
                 "cycles_count", "utilisation_ratio", "simulation_s"});
    auto add = [&](const LayerCosimulation& run, const std::string& simulator) {
        table.add_row({run.name, run.shape.tokens, run.shape.in_features, run.shape.out_features, simulator,
                       run.comparison.outputs, run.comparison.mismatches, run.inner_flag_outputs,
                       run.outer_flag_outputs, run.beats, run.cycles, run.utilisation(), run.seconds});
    };
    for (const LayerReport& layer : result.layers) {
        add(layer.rtl, "verilator");
        add(layer.trap, "verilator trap");
        add(layer.model, "c++ model");
    }
    return table;
}

Table worst_case_table(const WorstCaseResult& result) {
    Table table({"layer", "rows_count", "vectors_count", "inner_bits", "outer_bits", "mismatches_count",
                 "extremes_missed_count", "flags_count"});
    auto add = [&](const WorstCaseLayer& layer, const WorstCaseRun& run, std::int64_t extremes_missed) {
        table.add_row({layer.name, layer.rows, layer.vectors, run.inner_bits.bits(), run.outer_bits.bits(),
                       run.comparison.mismatches, extremes_missed, run.rtl_flags});
    };
    for (const WorstCaseLayer& layer : result.layers) {
        add(layer, layer.certified, layer.extremes_missed);
        if (layer.narrower_inner) add(layer, *layer.narrower_inner, 0);
        if (layer.narrower_outer) add(layer, *layer.narrower_outer, 0);
    }
    return table;
}

Table negative_control_table(const NegativeControlResult& result) {
    Table table({"inner_bits", "outer_bits", "mode", "simulator", "outputs_count", "mismatches_count",
                 "inexact_outputs_count", "inner_flags_count", "outer_flags_count",
                 "golden_inner_overflows_count", "golden_outer_overflows_count"});
    auto add = [&](const golden::Datapath& datapath, const LayerCosimulation& run,
                   const std::string& simulator) {
        table.add_row({datapath.inner_bits.bits(), datapath.outer_bits.bits(),
                       to_string(datapath.inner_overflow), simulator, run.comparison.outputs,
                       run.comparison.mismatches, run.inexact_outputs, run.inner_flag_outputs,
                       run.outer_flag_outputs, run.golden_counts.inner_overflow_outputs,
                       run.golden_counts.outer_overflow_outputs});
    };
    for (const NegativeControlRun& run : result.runs) {
        add(run.datapath, run.rtl, "verilator");
        add(run.datapath, run.model, "c++ model");
    }
    return table;
}

}  // namespace

Metrics metrics_of(const CosimulationResult& result) {
    Metrics metrics;
    add_layer_metrics(metrics, result);
    add_systemc_metrics(metrics, result);
    add_worst_case_metrics(metrics, result.worst_case.total);
    add_negative_metrics(metrics, result.negative_control);
    return metrics;
}

Expected<void> write_report(const CosimulationResult& result, const std::filesystem::path& folder) {
    MACAW_CHECK(layers_table(result).write(folder / "layers.csv"));
    MACAW_CHECK(worst_case_table(result.worst_case).write(folder / "worst_case.csv"));
    if (!result.negative_control.runs.empty())
        MACAW_CHECK(negative_control_table(result.negative_control).write(folder / "negative_control.csv"));
    return result.metrics.write(folder / "metrics.json");
}

}  // namespace macaw::sim
