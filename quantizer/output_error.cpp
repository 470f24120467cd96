#include "quantizer/output_error.hpp"

#include "golden/support/error.hpp"

namespace macaw::quantizer {

OutputError::OutputError(std::span<const Matrix* const> weights) : weights_(weights.begin(), weights.end()) {
    require(!weights_.empty(), "OutputError: no layer");
    const Index in = weights_.front()->cols();
    Index outputs = 0;
    for (const Matrix* weight : weights_) outputs += weight->rows();
    if (outputs <= in) return;
    gram_ = Matrix::Zero(in, in);
    for (const Matrix* weight : weights_) gram_->noalias() += weight->transpose() * *weight;
}

double OutputError::of(const Matrix& error) const {
    double sum = 0;
    if (gram_) {
        // The trace of E^T E times the Gram matrix; both are symmetric.
        Matrix moment = Matrix::Zero(error.cols(), error.cols());
        moment.selfadjointView<Eigen::Lower>().rankUpdate(error.transpose());
        for (Index row = 0; row < moment.rows(); ++row) {
            const auto below =
                moment.row(row).head(row).cast<double>().dot(gram_->row(row).head(row).cast<double>());
            sum +=
                2 * below + static_cast<double>(moment(row, row)) * static_cast<double>((*gram_)(row, row));
        }
        return sum;
    }
    for (const Matrix* weight : weights_)
        sum += static_cast<double>((error * weight->transpose()).squaredNorm());
    return sum;
}

}  // namespace macaw::quantizer
