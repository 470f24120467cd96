#include "reports/silicon/energy.hpp"

namespace macaw::reports {

namespace {

struct LayerSample {
    double beats_per_cycle = 0;
    double power = 0;  // W
};

LayerSample sample_of(std::size_t layer, std::int64_t beats_of_a_block, const sim::Activity& activity,
                      const Power& power) {
    if (activity.layer_beats[layer] < beats_of_a_block)
        return {static_cast<double>(activity.beats) / static_cast<double>(activity.cycles),
                power.total.total()};
    const auto cycles = static_cast<double>(activity.layer_cycles[layer]);
    return {static_cast<double>(activity.layer_beats[layer]) / cycles,
            power.total.clock + power.total.leakage + activity.layer_weighted_toggles[layer] / cycles};
}

}  // namespace

std::vector<LayerEnergy> energy_by_layer(const sim::Stimulus& stimulus, const sim::Activity& activity,
                                         const Power& power, double clock_mhz) {
    require(activity.cycles > 0 && activity.beats > 0, "energy_by_layer: a sample without beats");
    std::vector<LayerEnergy> layers;
    for (std::size_t i = 0; i < stimulus.layers.size(); ++i) {
        const sim::LayerStimulus& layer = stimulus.layers[i];
        const LayerSample sample = sample_of(i, layer.beats, activity, power);
        const auto beats = static_cast<double>(layer.token_groups * layer.column_groups * layer.beats);
        const double cycles_per_token =
            beats / sample.beats_per_cycle / static_cast<double>(layer.shape.tokens);
        layers.push_back({layer.name, layer.shape.in_features, layer.shape.out_features, layer.shape.tokens,
                          activity.layer_cycles[i], cycles_per_token, sample.power,
                          cycles_per_token * sample.power / (clock_mhz * 1e6)});
    }
    return layers;
}

double energy_per_token(const std::vector<LayerEnergy>& layers) {
    double sum = 0;
    for (const LayerEnergy& layer : layers) sum += layer.energy_per_token;
    return sum;
}

Table energy_table(const std::vector<LayerEnergy>& layers) {
    Table table({"layer", "in_features", "out_features", "tokens_count", "macs_per_token", "cycles_per_token",
                 "sampled_cycles_count", "power_mw", "energy_nj_per_token", "share_ratio"});
    const double total = energy_per_token(layers);
    for (const LayerEnergy& layer : layers)
        table.add_row({layer.layer, layer.in_features, layer.out_features, layer.tokens,
                       layer.macs_per_token(), layer.cycles_per_token, layer.sampled_cycles,
                       layer.power * 1e3, layer.energy_per_token * 1e9, layer.energy_per_token / total});
    return table;
}

}  // namespace macaw::reports
