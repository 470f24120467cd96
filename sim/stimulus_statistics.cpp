#include "sim/stimulus_statistics.hpp"

#include <bit>

#include "hw/array/stream_layout.hpp"
#include "sim/port_vector.hpp"

namespace macaw::sim {

namespace {

// `words`: [groups, beats, words of the port].
PortStatistics port_statistics(std::span<const std::uint32_t> words, std::int64_t groups, std::int64_t beats,
                               int codes, int code_bits) {
    PortStatistics port;
    const std::int64_t port_words = words_for_bits(std::int64_t{codes} * code_bits);
    require(static_cast<std::int64_t>(words.size()) == groups * beats * port_words,
            "port_statistics: a port of another size");
    port.codes = groups * beats * codes;
    port.bit_steps = groups * std::max<std::int64_t>(0, beats - 1) * codes * code_bits;
    for (std::int64_t group = 0; group < groups; ++group)
        for (std::int64_t beat = 0; beat < beats; ++beat) {
            auto now = words.subspan(static_cast<std::size_t>((group * beats + beat) * port_words),
                                     static_cast<std::size_t>(port_words));
            for (int code = 0; code < codes; ++code)
                port.zero_codes += get_bits(now, std::int64_t{code} * code_bits, code_bits) == 0 ? 1 : 0;
            if (beat == 0) continue;
            auto before = words.subspan(static_cast<std::size_t>((group * beats + beat - 1) * port_words),
                                        static_cast<std::size_t>(port_words));
            for (std::size_t i = 0; i < now.size(); ++i) port.toggles += std::popcount(now[i] ^ before[i]);
        }
    return port;
}

double share(std::int64_t part, std::int64_t whole) {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

}  // namespace

double PortStatistics::zero_share() const {
    return share(zero_codes, codes);
}

double PortStatistics::toggle_rate() const {
    return share(toggles, bit_steps);
}

PortStatistics& PortStatistics::operator+=(const PortStatistics& other) {
    codes += other.codes;
    zero_codes += other.zero_codes;
    bit_steps += other.bit_steps;
    toggles += other.toggles;
    return *this;
}

StimulusStatistics statistics_of(const Stimulus& stimulus) {
    const hw::StreamLayout layout(stimulus.datapath, stimulus.array);
    StimulusStatistics all;
    for (const LayerStimulus& layer : stimulus.layers) {
        all.activations +=
            port_statistics(layer.activations, layer.token_groups, layer.beats, layout.activation_codes(),
                            stimulus.datapath.activation_bits.bits());
        all.weights += port_statistics(layer.weights, layer.column_groups, layer.weight_beats,
                                       layout.weight_codes(), stimulus.datapath.weight_bits.bits());
        all.tokens = std::max(all.tokens, layer.shape.tokens);
        all.macs_per_token += layer.shape.in_features * layer.shape.out_features;
    }
    return all;
}

Metrics stimulus_metrics(const Stimulus& stimulus) {
    const StimulusStatistics all = statistics_of(stimulus);
    const golden::Datapath& datapath = stimulus.datapath;
    const hw::ArrayConfig& array = stimulus.array;
    // Nothing of accumulators and arithmetic: arrays that differ in these share a stimulus.
    const std::string how = fmt::format(
        "counted in the port words of {} layers, weights of {} bits, activations of {}, T = {}, {} {}x{} "
        "L={}, "
        "padding included",
        stimulus.layers.size(), datapath.weight_bits.bits(), datapath.activation_bits.bits(), datapath.tile,
        hw::to_json(array).at("dataflow").get<std::string>(), array.rows, array.columns, array.lanes);
    Metrics metrics;
    metrics.add("stimulus__tokens__count", all.tokens, "of every layer; " + how);
    metrics.add("stimulus__macs__per_token__count", all.macs_per_token,
                "weights of all linear layers of the stimulus, without padding");
    for (const auto& [name, port] : {std::pair{"activations", all.activations}, {"weights", all.weights}}) {
        metrics.add(fmt::format("stimulus__{}__zero__ratio", name), port.zero_share(), how);
        metrics.add(fmt::format("stimulus__{}__toggle_rate__ratio", name), port.toggle_rate(),
                    "changes of a bit per beat inside a group of beats; " + how);
    }
    return metrics;
}

}  // namespace macaw::sim
