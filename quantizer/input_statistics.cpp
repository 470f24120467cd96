#include "quantizer/input_statistics.hpp"

#include <algorithm>

#include "golden/support/parallel.hpp"

namespace macaw::quantizer {

namespace {

constexpr Index kRowsPerPiece = 64;

}  // namespace

Expected<InputStatistics> input_statistics(std::span<const WindowInputs> windows) {
    require(!windows.empty(), "input_statistics: no windows");
    Index size = windows.front().quantized->cols();
    bool with_cross = windows.front().original != nullptr;
    InputStatistics statistics;
    statistics.hessian = MatrixDouble::Zero(size, size);
    if (with_cross) statistics.cross = MatrixDouble::Zero(size, size);
    auto pieces = static_cast<std::size_t>((size + kRowsPerPiece - 1) / kRowsPerPiece);
    MACAW_CHECK(parallel_for(pieces, [&](std::size_t index) -> Expected<void> {
        // Of H the lower triangle; the longest rows first, so that the threads end together.
        Index first = static_cast<Index>(pieces - 1 - index) * kRowsPerPiece;
        Index rows = std::min(kRowsPerPiece, size - first);
        Index columns = first + rows;
        Matrix product;
        for (const WindowInputs& window : windows) {
            auto own = window.quantized->middleCols(first, rows).transpose();
            product.noalias() = own * window.quantized->leftCols(columns);
            statistics.hessian.block(first, 0, rows, columns) += product.cast<double>();
            if (!with_cross) continue;
            product.noalias() = own * *window.original;
            statistics.cross.middleRows(first, rows) += product.cast<double>();
        }
        return {};
    }));
    statistics.hessian.triangularView<Eigen::StrictlyUpper>() = statistics.hessian.transpose();
    return statistics;
}

}  // namespace macaw::quantizer
