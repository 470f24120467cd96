#include "sim/platform/layer_simulation.hpp"

#include "hw/array/generate_array.hpp"
#include "sim/platform/prediction.hpp"

namespace macaw::sim {

namespace {

// compare_outputs asks a stimulus for the order of outputs only.
LayerStimulus order_of(const LayerData& data, const LayerPlan& plan) {
    LayerStimulus stimulus;
    stimulus.name = data.layer->name;
    stimulus.shape = data.shape();
    stimulus.token_groups = plan.token_groups();
    stimulus.column_groups = plan.column_groups();
    stimulus.beats = plan.beats_per_block();
    return stimulus;
}

Comparison compare_memory(const std::string& where, const golden::MatmulResult& expected,
                          const PlatformRun& run, std::int64_t out_features) {
    Comparison comparison;
    comparison.outputs = static_cast<std::int64_t>(expected.values.size());
    require(run.results.size() == expected.values.size(), "compare_memory: results of another shape");
    for (std::size_t at = 0; at < run.results.size(); ++at) {
        if (run.results[at] == expected.values[at]) continue;
        ++comparison.mismatches;
        auto index = static_cast<std::int64_t>(at);
        if (!comparison.first)
            comparison.first =
                Mismatch{where + ", memory", index / out_features, index % out_features,
                         fmt::format("{}", expected.values[at]), fmt::format("{}", run.results[at])};
    }
    return comparison;
}

PlatformLayer sum_of(std::span<const PlatformLayer> layers) {
    PlatformLayer sum;
    sum.name = "all";
    for (const PlatformLayer& layer : layers) {
        sum.figures += layer.figures;
        sum.predicted += layer.predicted;
        sum.comparison += layer.comparison;
        sum.seconds += layer.seconds;
    }
    return sum;
}

std::int64_t total_macs(std::span<const PlatformLayer> layers) {
    std::int64_t macs = 0;
    for (const PlatformLayer& layer : layers) macs += layer.macs();
    return macs;
}

std::string line_of(const PlatformLayer& layer, std::size_t name_width) {
    const PlatformFigures& f = layer.figures;
    return fmt::format("{:<{}} {:>12} {:>12} {:>6.1f}% {:>11} {:>11} {:>11} {:>12} {:>12} {:>12}\n",
                       layer.name, name_width, f.cycles, layer.predicted.cycles, 100 * f.utilisation(),
                       f.starved_cycles, f.blocked_cycles, f.output_blocked_cycles, f.activation_bytes_read,
                       f.weight_bytes_read, f.result_bytes_written);
}

}  // namespace

Expected<void> PlatformLayer::verdict() const {
    if (comparison.first)
        return fail(ErrorKind::CheckFailed, "{} outputs differ from golden; the first: {}",
                    comparison.mismatches, to_string(*comparison.first));
    if (std::string text = difference(figures, predicted); !text.empty())
        return fail(ErrorKind::CheckFailed, "{}: not what the formula says: {}", name, text);
    return {};
}

Expected<PlatformLayer> simulate_layer(CycleArray& array, const LayerData& data,
                                       const golden::Datapath& datapath, const hw::ArrayConfig& config,
                                       const PlatformConfig& platform) {
    MACAW_TRY(PlatformRun run, run_platform(array, data, datapath, config, platform));
    const LayerPlan plan(data.shape(), datapath, config);
    PlatformLayer layer;
    layer.name = data.layer->name;
    layer.shape = data.shape();
    layer.figures = run.figures;
    layer.predicted = predict(plan, platform, datapath, config);
    layer.seconds = run.seconds;
    const golden::MatmulResult expected = golden_of(data, datapath);
    layer.comparison = compare_outputs(layer.name, expected, decode(run.rows, datapath, config),
                                       order_of(data, plan), datapath, config);
    layer.comparison += compare_memory(layer.name, expected, run, layer.shape.out_features);
    return layer;
}

Metrics platform_metrics(std::span<const PlatformLayer> layers, const std::string& what) {
    const PlatformLayer sum = sum_of(layers);
    Metrics metrics;
    for (const NamedFigure& figure : platform_figures()) {
        std::string name = figure.name;
        bool is_bytes = name.find("bytes") != std::string::npos;
        // "starved_cycles" is counted in cycles, "weight_bytes_read" in bytes
        metrics.add(fmt::format("simulate__{}__{}", name, is_bytes ? "bytes" : "count"),
                    sum.figures.*figure.member, what);
    }
    metrics.add("simulate__utilisation__ratio", sum.figures.utilisation(),
                what + "; accepted beats / cycles");
    metrics.add("simulate__predicted__cycles__count", sum.predicted.cycles,
                "derived, not simulated (sim/platform/prediction.hpp)");
    metrics.add("simulate__outputs__count", sum.comparison.outputs,
                "outputs compared with golden, at the array's port and in the memory");
    metrics.add("simulate__mismatches__count", sum.comparison.mismatches, "of these, differ");
    metrics.add("simulate__speed__mac_per_s", static_cast<double>(total_macs(layers)) / sum.seconds,
                "multiply-accumulates of the layers (without padding) / wall clock of the simulation");
    return metrics;
}

Table platform_table(std::span<const PlatformLayer> layers) {
    std::vector<std::string> columns = {"layer", "tokens_count", "in_features_count", "out_features_count"};
    for (const NamedFigure& figure : platform_figures()) columns.emplace_back(figure.name);
    for (const char* column :
         {"predicted_cycles", "utilisation_ratio", "outputs_count", "mismatches_count", "simulation_s"})
        columns.emplace_back(column);
    Table table(columns);
    for (const PlatformLayer& layer : layers) {
        std::vector<Json> row = {layer.name, layer.shape.tokens, layer.shape.in_features,
                                 layer.shape.out_features};
        for (const NamedFigure& figure : platform_figures()) row.push_back(layer.figures.*figure.member);
        row.insert(row.end(), {layer.predicted.cycles, layer.figures.utilisation(), layer.comparison.outputs,
                               layer.comparison.mismatches, layer.seconds});
        table.add_row(row);
    }
    return table;
}

std::string platform_summary(std::span<const PlatformLayer> layers) {
    std::size_t width = 5;
    for (const PlatformLayer& layer : layers) width = std::max(width, layer.name.size());
    std::string text = fmt::format("{:<{}} {:>12} {:>12} {:>7} {:>11} {:>11} {:>11} {:>12} {:>12} {:>12}\n",
                                   "layer", width, "cycles", "formula", "utilis.", "starved", "blocked",
                                   "out blocked", "act. B read", "weight B", "results B");
    for (const PlatformLayer& layer : layers) text += line_of(layer, width);
    return text + line_of(sum_of(layers), width);
}

}  // namespace macaw::sim
