#include "cli/layer_data.hpp"

namespace macaw::cli {

Expected<std::vector<sim::LayerData>> layer_data(const RunConfig& config,
                                                 const quantizer::Checkpoint& checkpoint,
                                                 const quantizer::TokenizedText& text,
                                                 const golden::QuantizedModel& model) {
    MACAW_TRY(auto captured,
              quantizer::capture_activations(checkpoint, model, text, config.datapath, config.cosim.tokens,
                                             config.evaluation.window_tokens));
    std::vector<sim::LayerData> layers;
    for (quantizer::LayerActivations& activations : captured)
        layers.push_back({model.find(activations.layer), activations.tokens, std::move(activations.codes)});
    return layers;
}

}  // namespace macaw::cli
