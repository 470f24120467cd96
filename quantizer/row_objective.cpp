#include "quantizer/row_objective.hpp"

namespace macaw::quantizer {

namespace {

using Codes = Eigen::Matrix<golden::WeightCode, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const Codes> as_matrix(std::span<const golden::WeightCode> codes, Index columns) {
    return {codes.data(), static_cast<Index>(codes.size()) / columns, columns};
}

}  // namespace

RowObjective::RowObjective(const InputStatistics& statistics, double eta, const MatrixDouble& weights)
    : statistics_(statistics), eta_(eta) {
    const MatrixDouble& cross = statistics.cross.size() > 0 ? statistics.cross : statistics.hessian;
    correlation_.noalias() = weights * cross.transpose();
    correlation_ += eta * weights;
}

MatrixDouble RowObjective::products(std::span<const golden::WeightCode> codes) const {
    MatrixDouble q = as_matrix(codes, correlation_.cols()).cast<double>();
    MatrixDouble result = q * statistics_.hessian;
    result += eta_ * q;
    return result;
}

std::vector<RowObjective::Terms> RowObjective::terms(std::span<const golden::WeightCode> codes) const {
    MatrixDouble product = products(codes);
    MatrixDouble q = as_matrix(codes, correlation_.cols()).cast<double>();
    std::vector<Terms> result;
    for (Index row = 0; row < q.rows(); ++row)
        result.push_back({product.row(row).dot(q.row(row)), correlation_.row(row).dot(q.row(row))});
    return result;
}

}  // namespace macaw::quantizer
