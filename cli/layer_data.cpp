#include "cli/layer_data.hpp"

#include <random>

#include "quantizer/capture.hpp"

namespace macaw::cli {

Expected<std::vector<sim::LayerData>> real_layer_data(const RunConfig& config,
                                                      const quantizer::Checkpoint& checkpoint,
                                                      const quantizer::TokenizedText& text,
                                                      const golden::QuantizedModel& model, int tokens) {
    MACAW_TRY(auto captured, quantizer::capture_activations(checkpoint, model, text, config.datapath, tokens,
                                                            config.evaluation.window_tokens));
    std::vector<sim::LayerData> layers;
    for (quantizer::LayerActivations& activations : captured)
        layers.push_back({model.find(activations.layer), activations.tokens, std::move(activations.codes)});
    return layers;
}

std::vector<sim::LayerPart> random_layer_data(const quantizer::ModelConfig& model,
                                              const golden::Datapath& datapath, int tokens) {
    std::mt19937_64 random(1);
    auto uniform = [&](golden::Range range) {
        auto span = static_cast<std::uint64_t>(range.max - range.min + 1);
        return range.min + static_cast<std::int64_t>(random() % span);
    };
    std::vector<sim::LayerPart> layers;
    for (std::int64_t block = 0; block < model.blocks; ++block)
        for (std::size_t number = 0; number < quantizer::kProjections; ++number) {
            auto projection = static_cast<quantizer::Projection>(number);
            quantizer::LinearShape shape = quantizer::shape_of(projection, model);
            sim::LayerPart part;
            part.layer = std::make_unique<golden::QuantizedLayer>();
            part.layer->name = quantizer::layer_name(block, projection);
            part.layer->out_features = shape.out_features;
            part.layer->in_features = shape.in_features;
            part.layer->scales.assign(static_cast<std::size_t>(shape.out_features), 1.0F);
            for (std::int64_t i = 0; i < shape.out_features * shape.in_features; ++i)
                part.layer->codes.push_back(
                    static_cast<golden::WeightCode>(uniform(datapath.weight_range())));
            part.data.layer = part.layer.get();
            part.data.tokens = tokens;
            for (std::int64_t i = 0; i < tokens * shape.in_features; ++i)
                part.data.activations.push_back(
                    static_cast<golden::ActivationCode>(uniform(datapath.activation_range())));
            layers.push_back(std::move(part));
        }
    return layers;
}

}  // namespace macaw::cli
