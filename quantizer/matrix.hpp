// The one door to Eigen: row-major dynamic matrices, products by OpenBLAS. No other file of ours includes
// Eigen or cblas, so that every translation unit sees the same settings. OpenBLAS runs on the calling thread
// only: work is spread by parallel_for over independent pieces, and results do not depend on the number of
// threads.
#pragma once

#define EIGEN_USE_BLAS
#include <span>

#include <Eigen/Core>

namespace macaw::quantizer {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MatrixDouble = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXf;
using Index = Eigen::Index;

// Keeps OpenBLAS on the calling thread, for the whole process. Called wherever a model is loaded or
// quantized.
void use_one_blas_thread();

// One row of a row-major matrix as a span: [columns].
inline std::span<const float> row_span(const Matrix& matrix, Index row) {
    return {matrix.data() + row * matrix.cols(), static_cast<std::size_t>(matrix.cols())};
}

}  // namespace macaw::quantizer
