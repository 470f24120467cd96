// Which layers stand behind power and energy: `synth.power.layers` names them by whole words of their names.
// Co-simulation, sign-off and the platform always run all layers.
#pragma once

#include <string>
#include <vector>

#include "cli/run_config.hpp"
#include "quantizer/llama/linear_layers.hpp"

namespace macaw::cli {

// Whether `words` ("mlp", "layers.0", "layers.0.mlp") are whole words of the layer's name
// ("model.layers.0.mlp.up_proj"), one behind the other.
bool names_layer(const std::string& words, const std::string& layer);

// Whether power is that of this layer.
bool is_chosen(const RunConfig& config, const std::string& layer);

// Errors: an entry of synth.power.layers that no linear layer of the model has in its name.
Expected<void> check_chosen_layers(const RunConfig& config, const quantizer::ModelConfig& model);

// The same, said of the file that the user gave; reads the checkpoint's configuration where a layer is named.
Expected<void> check_chosen_layers(const RunConfig& config, const std::filesystem::path& file);

// Power of a stimulus would be called that of the configuration's layers. Errors: a stimulus without a layer
// that synth.power.layers chooses, or with one that it does not; made with another configuration.
Expected<void> check_stimulus_layers(const RunConfig& config, const std::vector<std::string>& layers,
                                     const std::filesystem::path& stimulus);

}  // namespace macaw::cli
