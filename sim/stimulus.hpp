// The stimulus at the ports of an array, for whole layers: how a matrix product is cut into
// blocks of rows x columns outputs and streamed in beats of L products.
//
//   for token_group (R tokens)  for column_group (C output channels)  for beat (L products)
//       activation_i = activations[token_group][beat]     weight_i = weights[column_group][beat]
//       in_last_i on the last beat
// (a weight-stationary array: StreamLayout says what a beat is; weights are a stream of their own). K is
// padded with zero weights (and zero activations) to whole beats, tokens and channels to multiples of R and
// C; a zero product changes no sum, so padding is never visible. Written to disk it is the complete port
// stimulus.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "golden/datapath.hpp"
#include "golden/matmul.hpp"
#include "hw/array/array_config.hpp"

namespace macaw::sim {

struct LayerStimulus {
    std::string name;
    golden::MatmulShape shape;
    std::int64_t token_groups = 0;
    std::int64_t column_groups = 0;
    std::int64_t beats = 0;                  // activation beats of a group: StreamLayout::activation_beats(K)
    std::int64_t weight_beats = 0;           // as many where weights have no stream of their own
    std::int64_t activation_words = 0;       // 32-bit words of activation_i
    std::int64_t weight_words = 0;           // of weight_i
    std::vector<std::uint32_t> activations;  // [token_groups, beats, activation_words]
    std::vector<std::uint32_t> weights;      // [column_groups, weight_beats, weight_words]
};

// weights: [out_features, in_features]; activations: [tokens, in_features]; row-major.
LayerStimulus make_stimulus(std::string name, std::span<const golden::WeightCode> weights,
                            std::span<const golden::ActivationCode> activations,
                            const golden::MatmulShape& shape, const golden::Datapath& datapath,
                            const hw::ArrayConfig& array);

// The codes back from the port words, without the padding: [tokens, in_features] and [out_features,
// in_features].
std::vector<golden::ActivationCode> unpack_activations(const LayerStimulus& stimulus,
                                                       const golden::Datapath& datapath,
                                                       const hw::ArrayConfig& array);
std::vector<golden::WeightCode> unpack_weights(const LayerStimulus& stimulus,
                                               const golden::Datapath& datapath,
                                               const hw::ArrayConfig& array);

// The stimulus of several layers and the configuration it belongs to, as one safetensors file.
struct Stimulus {
    golden::Datapath datapath;
    hw::ArrayConfig array;
    std::vector<LayerStimulus> layers;
};
constexpr const char* kStimulusFile = "stimulus.safetensors";  // in the folder of macaw stimulate
Expected<void> write_stimulus(const std::filesystem::path& file, const Stimulus& stimulus);
Expected<Stimulus> read_stimulus(const std::filesystem::path& file);
// The stimulus for an array: it says what the input ports see, so it may come from one with other
// accumulators, overflow modes or arithmetic; datapath and array of the result are those given. Errors: other
// codes, tile or shape.
Expected<Stimulus> read_stimulus_for(const std::filesystem::path& file, const golden::Datapath& datapath,
                                     const hw::ArrayConfig& array);

}  // namespace macaw::sim
