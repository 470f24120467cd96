// The linear layers of a decoder block, by the input that they share, and the interface through which the
// forward pass applies them: float, fake-quantized and integer-datapath layers are interchangeable.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "golden/support/error.hpp"
#include "quantizer/llama/model_config.hpp"
#include "quantizer/matrix.hpp"

namespace macaw::quantizer {

// The linear layers of one block in the order of execution.
enum class Projection { Query, Key, Value, Output, Gate, Up, Down };
inline constexpr std::size_t kProjections = 7;

// Layers that read the same input, in the order of execution.
enum class LinearGroup { AttentionInput, AttentionOutput, MlpInput, MlpOutput };
inline constexpr std::array kLinearGroups{LinearGroup::AttentionInput, LinearGroup::AttentionOutput,
                                          LinearGroup::MlpInput, LinearGroup::MlpOutput};

std::span<const Projection> projections_of(LinearGroup group);

struct LinearShape {
    std::int64_t out_features = 0;
    std::int64_t in_features = 0;
};
LinearShape shape_of(Projection projection, const ModelConfig& config);

// "model.layers.3.self_attn.q_proj": the tensor's name in a checkpoint without ".weight".
std::string layer_name(std::int64_t block, Projection projection);

class LinearLayers {
  public:
    virtual ~LinearLayers() = default;
    // Makes the layers of `block` ready. Called by one thread before any apply() of that block; the layers of
    // other blocks need not be kept.
    virtual Expected<void> enter_block(std::int64_t /*block*/) { return {}; }
    // input: [tokens, in_features]; outputs: one [tokens, out_features] for each layer of the group, in its
    // order. Called from several threads at once.
    virtual void apply(std::int64_t block, LinearGroup group, const Matrix& input,
                       std::span<Matrix> outputs) const = 0;
};

// Shows the input of every group to `observer`, then lets `layers` do the work.
class ObservedLinear final : public LinearLayers {
  public:
    using Observer = std::function<void(std::int64_t block, LinearGroup group, const Matrix& input)>;
    ObservedLinear(LinearLayers& layers, Observer observer)
        : layers_(layers), observer_(std::move(observer)) {}
    Expected<void> enter_block(std::int64_t block) override { return layers_.enter_block(block); }
    void apply(std::int64_t block, LinearGroup group, const Matrix& input,
               std::span<Matrix> outputs) const override {
        observer_(block, group, input);
        layers_.apply(block, group, input, outputs);
    }

  private:
    LinearLayers& layers_;
    Observer observer_;
};

}  // namespace macaw::quantizer
