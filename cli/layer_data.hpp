// What the array is fed with: the layers of a quantized model with the activations that they really get, or
// layers of the checkpoint's shapes with random codes where nothing is quantized yet.
#pragma once

#include <memory>
#include <vector>

#include "cli/run_config.hpp"
#include "quantizer/llama/tokenizer.hpp"
#include "sim/cosimulation.hpp"

namespace macaw::cli {

// Whether `words` ("mlp", "layers.0", "layers.0.mlp") are whole words of the layer's name
// ("model.layers.0.mlp.up_proj"), one behind the other.
bool names_layer(const std::string& words, const std::string& layer);

// Of `layers`, those that an entry of `chosen` names, in their order; all without entries. Errors: an entry
// that names none.
Expected<std::vector<std::string>> choose_layers(const std::vector<std::string>& chosen,
                                                 const std::vector<std::string>& layers);

// Every layer that `cosim.layers` chooses, in the order of execution, with `tokens` tokens of `text` or a few
// more (whole windows). `model` outlives the result.
Expected<std::vector<sim::LayerData>> real_layer_data(const RunConfig& config,
                                                      const quantizer::Checkpoint& checkpoint,
                                                      const quantizer::TokenizedText& text,
                                                      const golden::QuantizedModel& model, int tokens);

// Those of a checkpoint with codes that are uniform over the datapath's ranges; a layer's codes are the same
// whatever else is chosen.
Expected<std::vector<sim::LayerPart>> random_layer_data(const RunConfig& config,
                                                        const quantizer::ModelConfig& model, int tokens);

}  // namespace macaw::cli
