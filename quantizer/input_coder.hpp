// The way of a float input to the codes that the hardware sees: online transform, then activation coding, as
// stored with the layers of a quantized model. Every consumer of a quantized model goes through this.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "golden/quantized_layer.hpp"
#include "quantizer/llama/checkpoint.hpp"
#include "quantizer/prepare/hadamard.hpp"

namespace macaw::quantizer {

// Codes and scales of the tokens of a window.
struct QuantizedTokens {
    std::vector<golden::ActivationCode> codes;  // [tokens, in_features]
    std::vector<golden::TokenScale> scales;     // [tokens]
};
QuantizedTokens quantize_tokens(const Matrix& x, const golden::ActivationCoding& coding);

// scale * (code - zero_point), exact. [tokens, in_features]
MatrixDouble dequantize(const QuantizedTokens& tokens, Index in_features);

// What the hardware makes of x, rounded to float32. [tokens, in_features]
Matrix fake_quantize(const Matrix& x, const golden::ActivationCoding& coding);

class InputCoder {
  public:
    // `datapath` decides where a layer has no coding of its own. Errors: a coding that `datapath` does not
    // have, a transform of a size that is not known, layers of one group that differ.
    static Expected<InputCoder> create(const golden::QuantizedModel& model, const golden::Datapath& datapath);

    // input: [tokens, in_features] of the group, as the forward pass has it.
    QuantizedTokens quantize(std::int64_t block, LinearGroup group, const Matrix& input) const;

  private:
    struct Layer {
        golden::ActivationCoding coding;
        std::optional<Index> transform;  // size
    };
    std::vector<Layer> layers_;  // in the order of execution
    std::map<Index, HadamardTransform> transforms_;
};

// Position of a group's first layer in the order of execution.
std::size_t first_layer(std::int64_t block, LinearGroup group);

}  // namespace macaw::quantizer
