// The second-order statistics of a group's inputs, and the factor that OPTQ needs of them, in double
// precision.
#pragma once

#include <span>
#include <vector>

#include "quantizer/llama/forward.hpp"
#include "quantizer/options.hpp"

namespace macaw::quantizer {

// H = 2 X~^T X~ over the `input`s of all windows, undamped, both triangles. [in_features, in_features]
// Parallel over blocks of rows; each entry is summed in window order, whatever the number of threads.
Expected<MatrixDouble> input_hessian(std::span<const WindowState> windows);

// The order in which columns are quantized, and U with (H + eta I)^-1 = U^T U, rows and columns in that
// order.
struct HessianFactor {
    std::vector<Index> order;  // position -> original column
    MatrixDouble upper;        // [in_features, in_features]; empty: no error feedback (round to nearest)
    double damping = 0;        // eta / mean diag(H) with which the factorisation succeeded
};

// The factor for `options.algorithm`. Where the factorisation fails, eta is raised tenfold up to four times;
// then it is an error: no layer is ever left without its quantization.
Expected<HessianFactor> factorize(const MatrixDouble& hessian, const QuantizerOptions& options);

}  // namespace macaw::quantizer
