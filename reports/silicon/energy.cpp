#include "reports/silicon/energy.hpp"

namespace macaw::reports {

std::vector<LayerEnergy> energy_by_layer(const sim::Stimulus& stimulus, const sim::Activity& activity,
                                         const Power& power, double clock_mhz) {
    require(activity.cycles > 0 && activity.beats > 0, "energy_by_layer: a sample without beats");
    const double beats_per_cycle = static_cast<double>(activity.beats) / static_cast<double>(activity.cycles);
    const double joule_per_cycle = power.total.total() / (clock_mhz * 1e6);
    std::vector<LayerEnergy> layers;
    for (const sim::LayerStimulus& layer : stimulus.layers) {
        const auto beats = static_cast<double>(layer.token_groups * layer.column_groups * layer.beats);
        LayerEnergy energy{layer.name,
                           layer.shape.in_features,
                           layer.shape.out_features,
                           layer.shape.tokens,
                           beats / beats_per_cycle / static_cast<double>(layer.shape.tokens),
                           0};
        energy.energy_per_token = energy.cycles_per_token * joule_per_cycle;
        layers.push_back(std::move(energy));
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
                 "mean_power_energy_nj_per_token", "share_ratio"});
    const double total = energy_per_token(layers);
    for (const LayerEnergy& layer : layers)
        table.add_row({layer.layer, layer.in_features, layer.out_features, layer.tokens,
                       layer.macs_per_token(), layer.cycles_per_token, layer.energy_per_token * 1e9,
                       layer.energy_per_token / total});
    return table;
}

}  // namespace macaw::reports
