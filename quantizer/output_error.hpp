// What an error of the inputs does to the outputs of linear layers: the squared Frobenius norm of E W^T,
// summed over the layers that share the input. It is also the sum of e G e^T over the rows e of E, with the
// Gram matrix G = sum of W^T W, which is smaller than the weights of most groups: a sixth for gate and up of
// a Llama whose hidden layer is three times as wide as its residual stream.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "quantizer/matrix.hpp"

namespace macaw::quantizer {

class OutputError {
  public:
    // weights: [out, in] each, of one `in`; at least one. They must outlive this object.
    explicit OutputError(std::span<const Matrix* const> weights);
    // error: [tokens, in]
    double of(const Matrix& error) const;

  private:
    std::vector<const Matrix*> weights_;
    std::optional<Matrix> gram_;  // [in, in], where it is smaller than the weights
};

}  // namespace macaw::quantizer
