#include "reports/cost/activity_statistics.hpp"

#include <algorithm>
#include <bit>
#include <span>

#include "hw/array/generate_array.hpp"
#include "hw/array/stream_layout.hpp"

namespace macaw::reports {

namespace {

// [groups, beats, words] of a port with so many bits: toggles per bit and change of beat; 0 for a single
// beat.
double toggles_per_bit(std::span<const std::uint32_t> data, std::int64_t groups, std::int64_t beats,
                       std::int64_t words, int port_bits) {
    std::int64_t toggles = 0;
    for (std::int64_t group = 0; group < groups; ++group)
        for (std::int64_t beat = 1; beat < beats; ++beat)
            for (std::int64_t word = 0; word < words; ++word) {
                const auto at = static_cast<std::size_t>((group * beats + beat) * words + word);
                toggles += std::popcount(data[at] ^ data[at - static_cast<std::size_t>(words)]);
            }
    const std::int64_t changes = groups * (beats - 1) * port_bits;
    return changes == 0 ? 0 : static_cast<double>(toggles) / static_cast<double>(changes);
}

template <typename Code>
double share_of_zeros(const std::vector<Code>& codes) {
    return static_cast<double>(std::ranges::count(codes, Code{0})) / static_cast<double>(codes.size());
}

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
    ActivityStatistics sum{0, 0, 0, 0, "stimulus"};
    const hw::StreamLayout layout(stimulus.datapath, stimulus.array);
    double all = 0;
    for (const sim::LayerStimulus& layer : stimulus.layers) {
        const auto beats = static_cast<double>(layer.token_groups * layer.column_groups * layer.beats);
        all += beats;
        sum.activation_toggles +=
            beats * toggles_per_bit(layer.activations, layer.token_groups, layer.beats,
                                    layer.activation_words, layout.activation_port_bits());
        sum.weight_toggles += beats * toggles_per_bit(layer.weights, layer.column_groups, layer.weight_beats,
                                                      layer.weight_words, layout.weight_port_bits());
        sum.zero_share +=
            beats * share_of_products(
                        share_of_zeros(sim::unpack_activations(layer, stimulus.datapath, stimulus.array)),
                        share_of_zeros(sim::unpack_weights(layer, stimulus.datapath, stimulus.array)));
        sum.utilisation += beats * utilisation(stimulus.datapath, stimulus.array, layer.shape.in_features);
    }
    for (double* value : {&sum.activation_toggles, &sum.weight_toggles, &sum.zero_share, &sum.utilisation})
        *value = all == 0 ? 0 : *value / all;
    return sum;
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
