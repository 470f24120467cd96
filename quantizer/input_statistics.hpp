// Second-order statistics of the inputs that a group of layers shares: what all algorithms know of the
// calibration data. Sums are made in double, products of one window in float.
#pragma once

#include <span>

#include "golden/support/error.hpp"
#include "quantizer/matrix.hpp"

namespace macaw::quantizer {

// Inputs of one calibration window: X~ as the quantized model produces and quantizes them, and X of the float
// model where the algorithm looks at it (else empty). [tokens, in_features] each
struct WindowInputs {
    const Matrix* quantized = nullptr;
    const Matrix* original = nullptr;
};

struct InputStatistics {
    MatrixDouble hessian;  // H = X~^T X~, both triangles. [in_features, in_features]
    MatrixDouble cross;    // X~^T X; empty: X is taken to be X~. [in_features, in_features]
};

// Over all windows; cross where the windows have originals. Parallel over blocks of rows; each entry is
// summed in window order, whatever the number of threads.
Expected<InputStatistics> input_statistics(std::span<const WindowInputs> windows);

}  // namespace macaw::quantizer
