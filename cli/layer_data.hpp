// Quantized layers with the activations that they get on the evaluation text.
#pragma once

#include <vector>

#include "cli/run_config.hpp"
#include "golden/quantized_layer.hpp"
#include "quantizer/capture.hpp"
#include "sim/cosimulation.hpp"

namespace macaw::cli {

// For every layer of `model`, which outlives the result, in the order of execution.
Expected<std::vector<sim::LayerData>> layer_data(const RunConfig& config,
                                                 const quantizer::Checkpoint& checkpoint,
                                                 const quantizer::TokenizedText& text,
                                                 const golden::QuantizedModel& model);

}  // namespace macaw::cli
