// What the array is fed with: the layers of a quantized model with the activations that they really get, or
// layers of the checkpoint's shapes with random codes where nothing is quantized yet.
#pragma once

#include <memory>
#include <vector>

#include "cli/run_config.hpp"
#include "quantizer/llama/tokenizer.hpp"
#include "sim/cosimulation.hpp"

namespace macaw::cli {

// Every layer in the order of execution with `tokens` tokens of `text` or a few more (whole windows). `model`
// outlives the result.
Expected<std::vector<sim::LayerData>> real_layer_data(const RunConfig& config,
                                                      const quantizer::Checkpoint& checkpoint,
                                                      const quantizer::TokenizedText& text,
                                                      const golden::QuantizedModel& model, int tokens);

// The linear layers of a checkpoint with codes that are uniform over the datapath's ranges, always the same.
std::vector<sim::LayerPart> random_layer_data(const quantizer::ModelConfig& model,
                                              const golden::Datapath& datapath, int tokens);

}  // namespace macaw::cli
