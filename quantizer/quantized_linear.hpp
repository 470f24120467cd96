// The linear layers of a quantized model, in two forms that the forward pass can use:
// - FakeQuantizedLinear: dequantized codes times dequantized activation codes, summed in double. Rounding
//   decides codes further on: float32 sums make the perplexity noisy by 5e-4 and would hide defects in that.
// - IntegerLinear: the integer datapath bit for bit (golden::quantize_token, golden::matmul_fast), then the
//   zero-point correction and the two scales; counts what overflowed.
// Both refuse a quantized model that does not have exactly the layers of the checkpoint.
#pragma once

#include <mutex>
#include <span>
#include <vector>

#include "golden/activation.hpp"
#include "golden/matmul.hpp"
#include "golden/quantized_layer.hpp"
#include "quantizer/llama/checkpoint.hpp"

namespace macaw::quantizer {

// Codes and scales of the tokens of a window.
struct QuantizedTokens {
    std::vector<golden::ActivationCode> codes;  // [tokens, in_features]
    std::vector<golden::TokenScale> scales;     // [tokens]
};
QuantizedTokens quantize_tokens(const Matrix& x, const golden::ActivationCoding& coding);

// What the hardware makes of x: scale * (code - zero_point), exact. [tokens, in_features]
MatrixDouble fake_quantize(const Matrix& x, const golden::ActivationCoding& coding);

// scale * code, row by row, exact. [out_features, in_features]
MatrixDouble dequantize(const golden::QuantizedLayer& layer);

// Every layer of the checkpoint, in the order of execution, with its shape.
Expected<void> check_belongs_to(const golden::QuantizedModel& model, const ModelConfig& config);

class FakeQuantizedLinear final : public LinearLayers {
  public:
    static Expected<FakeQuantizedLinear> create(const golden::QuantizedModel& model,
                                                const ModelConfig& config);
    void apply(std::int64_t block, LinearGroup group, const Matrix& input,
               std::span<Matrix> outputs) const override;

  private:
    FakeQuantizedLinear() = default;
    std::vector<golden::ActivationCoding> codings_;  // of every layer
    std::vector<MatrixDouble> weights_;              // in the order of execution
};

struct LayerOverflow {
    std::string layer;
    golden::OverflowCounts counts;
};

class IntegerLinear final : public LinearLayers {
  public:
    // `datapath` may differ from the model's in tile, accumulators, overflow modes and products_per_check,
    // and where a layer has no activation coding of its own in what its inputs are quantized to; weight and
    // activation codes must fit its ranges. `model` outlives this
    // object.
    static Expected<std::unique_ptr<IntegerLinear>> create(const golden::QuantizedModel& model,
                                                           const ModelConfig& config,
                                                           const golden::Datapath& datapath);
    void apply(std::int64_t block, LinearGroup group, const Matrix& input,
               std::span<Matrix> outputs) const override;

    // Since creation, by layer in the order of execution, and in total.
    std::vector<LayerOverflow> overflows() const;
    golden::OverflowCounts total_overflows() const;

  private:
    IntegerLinear(const golden::QuantizedModel& model, const golden::Datapath& datapath);
    void apply_layer(std::size_t index, const QuantizedTokens& tokens, Matrix& output) const;

    const golden::QuantizedModel& model_;
    golden::Datapath datapath_;
    std::vector<std::vector<std::int64_t>>
        code_sums_;  // of every row of every layer: the zero-point correction
    mutable std::mutex mutex_;
    mutable std::vector<golden::OverflowCounts> counts_;
};

}  // namespace macaw::quantizer
