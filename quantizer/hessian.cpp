#include "quantizer/hessian.hpp"

#include <algorithm>
#include <numeric>

#include "golden/support/parallel.hpp"
#include "quantizer/matrix_solvers.hpp"

namespace macaw::quantizer {

namespace {

constexpr Index kRowsPerPiece = 64;
constexpr int kDampingAttempts = 5;

MatrixDouble permuted(const MatrixDouble& matrix, const std::vector<Index>& order) {
    MatrixDouble result(matrix.rows(), matrix.cols());
    for (Index row = 0; row < matrix.rows(); ++row)
        for (Index column = 0; column < matrix.cols(); ++column)
            result(row, column) =
                matrix(order[static_cast<std::size_t>(row)], order[static_cast<std::size_t>(column)]);
    return result;
}

// U with matrix^-1 = U^T U. With J the reversal of the order and J matrix J = L L^T, matrix = R R^T for the
// upper R = J L J, hence U = R^-1: one factorisation, and no explicit inverse of `matrix`. Empty where it
// fails.
MatrixDouble inverse_factor(const MatrixDouble& matrix) {
    MatrixDouble reversed = matrix.reverse();
    Eigen::LLT<MatrixDouble> factorisation(reversed);
    if (factorisation.info() != Eigen::Success) return {};
    MatrixDouble lower_inverse = MatrixDouble::Identity(matrix.rows(), matrix.cols());
    factorisation.matrixL().solveInPlace(lower_inverse);
    MatrixDouble upper = lower_inverse.reverse();
    bool usable = upper.allFinite() && upper.diagonal().minCoeff() > 0;
    return usable ? upper : MatrixDouble{};
}

}  // namespace

Expected<MatrixDouble> input_hessian(std::span<const WindowState> windows) {
    require(!windows.empty(), "input_hessian: no windows");
    Index size = windows.front().input.cols();
    MatrixDouble hessian = MatrixDouble::Zero(size, size);
    auto pieces = static_cast<std::size_t>((size + kRowsPerPiece - 1) / kRowsPerPiece);
    MACAW_CHECK(parallel_for(pieces, [&](std::size_t index) -> Expected<void> {
        // The lower triangle; the longest rows first, so that the threads end together.
        Index first = static_cast<Index>(pieces - 1 - index) * kRowsPerPiece;
        Index rows = std::min(kRowsPerPiece, size - first);
        Index columns = first + rows;
        for (const WindowState& window : windows) {
            MatrixDouble x = window.input.leftCols(columns).cast<double>();
            hessian.block(first, 0, rows, columns).noalias() += 2.0 * x.rightCols(rows).transpose() * x;
        }
        return {};
    }));
    hessian.triangularView<Eigen::StrictlyUpper>() = hessian.transpose();
    return hessian;
}

Expected<HessianFactor> factorize(const MatrixDouble& hessian, const QuantizerOptions& options) {
    HessianFactor factor;
    factor.order.resize(static_cast<std::size_t>(hessian.rows()));
    std::iota(factor.order.begin(), factor.order.end(), Index{0});
    if (options.algorithm == Algorithm::Rtn) return factor;
    double mean = hessian.diagonal().mean();
    if (!hessian.allFinite() || !(mean > 0))
        return fail(Error{ErrorKind::BadInput,
                          "the calibration inputs are all zero or not finite",
                          "the calibration text must exercise the layer",
                          {}});
    if (options.act_order)
        std::stable_sort(factor.order.begin(), factor.order.end(),
                         [&](Index a, Index b) { return hessian(a, a) > hessian(b, b); });
    MatrixDouble ordered = permuted(hessian, factor.order);
    factor.damping = options.damping;
    for (int attempt = 0; attempt < kDampingAttempts; ++attempt, factor.damping *= 10) {
        MatrixDouble damped = ordered;
        damped.diagonal().array() += factor.damping * mean;
        factor.upper = inverse_factor(damped);
        if (factor.upper.size() > 0) return factor;
    }
    return fail(Error{ErrorKind::CheckFailed,
                      fmt::format("the Hessian cannot be factorised, even with {} of its mean diagonal added",
                                  factor.damping / 10),
                      "more calibration windows or a larger damping may help",
                      {}});
}

}  // namespace macaw::quantizer
