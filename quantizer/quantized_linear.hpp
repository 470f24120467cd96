// The linear layers of a quantized model, in two forms that the forward pass can use:
// - FakeQuantizedLinear: dequantized codes times dequantized activation codes, summed in double. Rounding
//   decides codes further on: float32 sums make the perplexity noisy by 5e-4 and would hide defects in that.
// - IntegerLinear: the integer datapath bit for bit (golden::quantize_token, golden::FastMatmul), then the
//   zero-point correction and the two scales; counts what overflowed.
// Both refuse a quantized model that does not have exactly the layers of the checkpoint.
#pragma once

#include <mutex>
#include <span>
#include <vector>

#include "golden/activation.hpp"
#include "golden/matmul.hpp"
#include "golden/quantized_layer.hpp"
#include "quantizer/input_coder.hpp"

namespace macaw::quantizer {

// scale * code, row by row, exact. [out_features, in_features]
MatrixDouble dequantize(const golden::QuantizedLayer& layer);

// Every layer of the checkpoint, in the order of execution, with its shape.
Expected<void> check_belongs_to(const golden::QuantizedModel& model, const ModelConfig& config);

// Holds the weights of one block.
class FakeQuantizedLinear final : public LinearLayers {
  public:
    // `model` outlives this object.
    static Expected<FakeQuantizedLinear> create(const golden::QuantizedModel& model,
                                                const ModelConfig& config);
    Expected<void> enter_block(std::int64_t block) override;
    void apply(std::int64_t block, LinearGroup group, const Matrix& input,
               std::span<Matrix> outputs) const override;

  private:
    FakeQuantizedLinear(const golden::QuantizedModel& model, InputCoder coder)
        : model_(&model), coder_(std::move(coder)) {}
    const golden::QuantizedModel* model_;
    InputCoder coder_;
    std::int64_t block_ = -1;            // that weights_ is of; -1: none yet
    std::vector<MatrixDouble> weights_;  // [kProjections]
};

struct LayerOverflow {
    std::string layer;
    golden::OverflowCounts counts;
};

class IntegerLinear final : public LinearLayers {
  public:
    // `datapath` may differ from the model's in tile, accumulators, overflow modes and products_per_check,
    // and where a layer has no activation coding of its own in what its inputs are quantized to; weight and
    // activation codes must fit its ranges. `model` outlives this object.
    static Expected<std::unique_ptr<IntegerLinear>> create(const golden::QuantizedModel& model,
                                                           const ModelConfig& config,
                                                           const golden::Datapath& datapath);
    Expected<void> enter_block(std::int64_t block) override;
    void apply(std::int64_t block, LinearGroup group, const Matrix& input,
               std::span<Matrix> outputs) const override;

    // Since creation, by layer in the order of execution, and in total.
    std::vector<LayerOverflow> overflows() const;
    golden::OverflowCounts total_overflows() const;

  private:
    IntegerLinear(const golden::QuantizedModel& model, const golden::Datapath& datapath, InputCoder coder);
    void apply_layer(std::size_t index, const QuantizedTokens& tokens, Matrix& output) const;

    // A layer of the entered block, ready for many inputs.
    struct Packed {
        golden::FastMatmul multiply;
        std::vector<std::int64_t> code_sums;  // of every row: the zero-point correction
        bool fits_dequantize_sums = false;
    };

    const golden::QuantizedModel& model_;
    golden::Datapath datapath_;
    InputCoder coder_;
    std::int64_t block_ = -1;     // that packed_ is of; -1: none yet
    std::vector<Packed> packed_;  // [kProjections]
    mutable std::mutex mutex_;
    mutable std::vector<golden::OverflowCounts> counts_;
};

}  // namespace macaw::quantizer
