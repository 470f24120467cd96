#include "reports/cost/activity_statistics.hpp"

#include <algorithm>

#include "hw/array/generate_array.hpp"
#include "hw/array/stream_layout.hpp"
#include "sim/stimulus_statistics.hpp"

namespace macaw::reports {

namespace {

double share_of_products(double activation_zeros, double weight_zeros) {
    return 1 - (1 - activation_zeros) * (1 - weight_zeros);
}

// Beats a cycle while dot products of `length` follow each other.
double utilisation(const golden::Datapath& datapath, const hw::ArrayConfig& array, std::int64_t length) {
    const hw::StreamLayout layout(datapath, array);
    if (layout.has_weight_stream()) {  // a pass waits for the weights of the next one
        const double tokens = layout.step_activation_beats();
        return tokens / std::max(tokens, layout.step_weight_beats() + 1.0);
    }
    const auto beats = static_cast<double>(layout.activation_beats(length));
    return beats / std::max(beats, double(hw::latency_of(datapath, array).beats_without_stall));
}

}  // namespace

ActivityStatistics activity_of(const sim::Stimulus& stimulus) {
    const sim::StimulusStatistics all = sim::statistics_of(stimulus);
    double beats = 0, used = 0;
    for (const sim::LayerStimulus& layer : stimulus.layers) {
        const auto of_layer = static_cast<double>(layer.token_groups * layer.column_groups * layer.beats);
        beats += of_layer;
        used += of_layer * utilisation(stimulus.datapath, stimulus.array, layer.shape.in_features);
    }
    return {all.weights.toggle_rate(), all.activations.toggle_rate(),
            share_of_products(all.activations.zero_share(), all.weights.zero_share()),
            beats > 0 ? used / beats : 0, "stimulus"};
}

std::optional<ActivityStatistics> recorded_activity(
    const std::function<std::optional<double>(const std::string&)>& figure) {
    auto weights = figure("stimulus__weights__toggle_rate__ratio"),
         activations = figure("stimulus__activations__toggle_rate__ratio"),
         zero_weights = figure("stimulus__weights__zero__ratio"),
         zero_activations = figure("stimulus__activations__zero__ratio"),
         utilisation = figure("power__utilisation__ratio");
    if (!weights || !activations || !zero_weights || !zero_activations || !utilisation) return std::nullopt;
    return ActivityStatistics{*weights, *activations, share_of_products(*zero_activations, *zero_weights),
                              *utilisation, "recorded stimulus"};
}

ActivityStatistics uniform_activity(const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    auto zeros = [](golden::Range range) { return 1.0 / static_cast<double>(range.max - range.min + 1); };
    constexpr std::int64_t kLong = 1 << 20;  // products: draining is hidden
    return {0.5, 0.5, share_of_products(zeros(datapath.activation_range()), zeros(datapath.weight_range())),
            utilisation(datapath, array, kLong), "uniform random codes, long dot products"};
}

Json to_json(const ActivityStatistics& activity) {
    return {{"weight_toggles", activity.weight_toggles},
            {"activation_toggles", activity.activation_toggles},
            {"zero_share", activity.zero_share},
            {"utilisation", activity.utilisation},
            {"source", activity.source}};
}

ActivityStatistics activity_from_json(const Json& json) {
    return {json.at("weight_toggles").get<double>(), json.at("activation_toggles").get<double>(),
            json.at("zero_share").get<double>(), json.at("utilisation").get<double>(),
            json.at("source").get<std::string>()};
}

double operand_toggles(const ActivityStatistics& activity, const hw::ArrayConfig& array) {
    double weight = activity.weight_toggles;
    if (array.dataflow == hw::Dataflow::WeightStationary) weight /= array.rows;
    double product = 1 - (1 - weight) * (1 - activity.activation_toggles);
    if (array.gating == hw::Gating::ZeroOperand) product *= 1 - activity.zero_share;
    return product * activity.utilisation;
}

}  // namespace macaw::reports
