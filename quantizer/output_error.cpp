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
        const Matrix product = error * *gram_;
        for (Index row = 0; row < error.rows(); ++row)
            sum += static_cast<double>(product.row(row).dot(error.row(row)));
        return sum;
    }
    for (const Matrix* weight : weights_)
        sum += static_cast<double>((error * weight->transpose()).squaredNorm());
    return sum;
}

}  // namespace macaw::quantizer
