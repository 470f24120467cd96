#include "quantizer/capture.hpp"

#include <algorithm>

#include "golden/support/parallel.hpp"
#include "golden/support/progress.hpp"
#include "quantizer/llama/perplexity.hpp"
#include "quantizer/quantized_linear.hpp"

namespace macaw::quantizer {

namespace {

// Puts the codes of one window into their place in every layer of the group.
void store(const QuantizedTokens& window, std::size_t window_index, std::int64_t block, LinearGroup group,
           std::vector<LayerActivations>& layers) {
    for (Projection projection : projections_of(group)) {
        std::size_t index =
            static_cast<std::size_t>(block) * kProjections + static_cast<std::size_t>(projection);
        auto place = static_cast<std::ptrdiff_t>(window_index * window.codes.size());
        std::copy(window.codes.begin(), window.codes.end(), layers[index].codes.begin() + place);
    }
}

}  // namespace

Expected<std::vector<LayerActivations>> capture_activations(const Checkpoint& checkpoint,
                                                            const golden::QuantizedModel& model,
                                                            const TokenizedText& text,
                                                            const golden::Datapath& datapath,
                                                            std::int64_t tokens, std::int64_t window) {
    if (tokens < 1) return fail(ErrorKind::BadInput, "{} tokens cannot be captured", tokens);
    std::int64_t wanted = window > 0 ? (tokens + window - 1) / window : 0;
    MACAW_TRY(std::int64_t windows, usable_windows(checkpoint.config, text, window, wanted));
    MACAW_TRY(auto integer, IntegerLinear::create(model, checkpoint.config, datapath));
    MACAW_TRY(InputCoder coder, InputCoder::create(model, datapath));
    std::vector<LayerActivations> layers;
    for (const golden::QuantizedLayer& layer : model.layers) {
        LayerActivations activations{layer.name, windows * window, layer.in_features, {}};
        activations.codes.resize(static_cast<std::size_t>(activations.tokens * layer.in_features));
        layers.push_back(std::move(activations));
    }
    Rotary rotary = make_rotary(checkpoint.config, window);
    std::vector<WindowState> states(static_cast<std::size_t>(windows));
    for (std::size_t i = 0; i < states.size(); ++i)
        states[i].hidden = embed(checkpoint, window_of(text, window, i));
    Progress progress("capturing activations", windows * checkpoint.config.blocks);
    for (std::int64_t block = 0; block < checkpoint.config.blocks; ++block) {
        MACAW_CHECK(integer->enter_block(block));
        MACAW_CHECK(parallel_for(states.size(), [&](std::size_t index) -> Expected<void> {
            MACAW_CHECK(stop_if_interrupted());
            auto observe = [&](std::int64_t at, LinearGroup group, const Matrix& input) {
                store(coder.quantize(at, group, input), index, at, group, layers);
            };
            pass_block(checkpoint, ObservedLinear(*integer, observe), rotary, block, states[index]);
            progress.advance();
            return {};
        }));
    }
    return layers;
}

}  // namespace macaw::quantizer
