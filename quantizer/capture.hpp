// Real activations for co-simulation: what every linear layer of a quantized model reads when the model runs
// in the integer datapath.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "golden/quantized_layer.hpp"
#include "quantizer/llama/checkpoint.hpp"
#include "quantizer/llama/tokenizer.hpp"

namespace macaw::quantizer {

struct LayerActivations {
    std::string layer;
    std::int64_t tokens = 0;
    std::int64_t in_features = 0;
    std::vector<golden::ActivationCode> codes;  // [tokens, in_features]
};

// Runs the first ceil(tokens / window) windows of `text` and returns the codes of all their tokens, so at
// least `tokens` ones, for every layer in the order of execution. `datapath` decides how the activations are
// quantized and how the layers in front of each one compute; it is usually model.datapath.
Expected<std::vector<LayerActivations>> capture_activations(const Checkpoint& checkpoint,
                                                            const golden::QuantizedModel& model,
                                                            const TokenizedText& text,
                                                            const golden::Datapath& datapath,
                                                            std::int64_t tokens, std::int64_t window);

}  // namespace macaw::quantizer
