#include "quantizer/greedy_plan.hpp"

#include <algorithm>
#include <numeric>

#include "quantizer/matrix_solvers.hpp"

namespace macaw::quantizer {

namespace {

constexpr int kDampingAttempts = 5;

// U with matrix^-1 = U^T U. With J the reversal of the order and J matrix J = L L^T, matrix = R R^T for the
// upper R = J L J, hence U = R^-1 = J L^-1 J: one factorisation, and no explicit inverse of `matrix`. Empty
// where it fails.
MatrixDouble inverse_factor(const MatrixDouble& matrix) {
    MatrixDouble factor = matrix.reverse();
    if (!invert_cholesky_factor(factor)) return {};
    factor.reverseInPlace();
    bool usable = factor.allFinite() && factor.diagonal().minCoeff() > 0;
    return usable ? factor : MatrixDouble{};
}

}  // namespace

MatrixDouble in_order(const MatrixDouble& matrix, const std::vector<Index>& order) {
    MatrixDouble result(matrix.rows(), matrix.cols());
    for (Index row = 0; row < matrix.rows(); ++row) {
        auto source = matrix.row(order[static_cast<std::size_t>(row)]);
        for (Index column = 0; column < matrix.cols(); ++column)
            result(row, column) = source(order[static_cast<std::size_t>(column)]);
    }
    return result;
}

namespace {

std::vector<Index> column_order(const MatrixDouble& hessian, bool descending_diagonal) {
    std::vector<Index> order(static_cast<std::size_t>(hessian.rows()));
    std::iota(order.begin(), order.end(), Index{0});
    if (descending_diagonal)
        std::stable_sort(order.begin(), order.end(),
                         [&](Index a, Index b) { return hessian(a, a) > hessian(b, b); });
    return order;
}

// U for the damped Hessian, raising the damping where it fails.
// `ordered`: H, and H + eta I afterwards.
Expected<void> factorize(MatrixDouble& ordered, double mean, GreedyPlan& plan) {
    double damping = plan.damping;
    double added = 0;
    for (int attempt = 0; attempt < kDampingAttempts; ++attempt, damping *= 10) {
        plan.damping = damping;
        plan.eta = damping * mean;
        ordered.diagonal().array() += plan.eta - added;
        added = plan.eta;
        plan.feedback = inverse_factor(ordered);
        if (plan.feedback.size() > 0) return {};
    }
    return fail(Error{ErrorKind::CheckFailed,
                      fmt::format("the Hessian cannot be factorised, even with {} of its mean diagonal added",
                                  plan.damping),
                      "more calibration windows or a larger damping may help",
                      {}});
}

// Column j of H divided by H_jj, for the greedy path following.
MatrixDouble path_feedback(MatrixDouble ordered, const std::vector<double>& diagonal) {
    for (Index column = 0; column < ordered.cols(); ++column) {
        double own = diagonal[static_cast<std::size_t>(column)];
        ordered.col(column) *= own > 0 ? 1.0 / own : 0.0;
    }
    return ordered;
}

MatrixDouble columns_in_order(const MatrixDouble& weights, const std::vector<Index>& order) {
    MatrixDouble result(weights.rows(), weights.cols());
    for (Index row = 0; row < weights.rows(); ++row)
        for (Index position = 0; position < weights.cols(); ++position)
            result(row, position) = weights(row, order[static_cast<std::size_t>(position)]);
    return result;
}

}  // namespace

Expected<GreedyPlan> plan_greedy(const InputStatistics& statistics, const QuantizerOptions& options) {
    const MatrixDouble& hessian = statistics.hessian;
    double mean = hessian.diagonal().mean();
    if (!hessian.allFinite() || !(mean > 0))
        return fail(Error{ErrorKind::BadInput,
                          "the calibration inputs are all zero or not finite",
                          "the calibration text must exercise the layer",
                          {}});
    GreedyPlan plan;
    plan.algorithm = options.algorithm;
    plan.order = column_order(hessian, options.act_order);
    plan.damping = options.damping;
    plan.eta = options.damping * mean;
    if (plan.algorithm == Algorithm::Rtn) return plan;
    MatrixDouble ordered = in_order(hessian, plan.order);
    if (plan.algorithm == Algorithm::Gpfq) {
        for (Index i = 0; i < ordered.rows(); ++i) plan.diagonal.push_back(ordered(i, i));
        plan.cross = statistics.cross.size() > 0 ? in_order(statistics.cross, plan.order) : ordered;
        plan.feedback = path_feedback(std::move(ordered), plan.diagonal);
        return plan;
    }
    MACAW_CHECK(factorize(ordered, mean, plan));
    if (plan.algorithm == Algorithm::Optq || statistics.cross.size() == 0) return plan;
    plan.cross = in_order(statistics.cross, plan.order);
    plan.cross.diagonal().array() += plan.eta;
    plan.first_row.assign(ordered.row(0).begin(), ordered.row(0).end());
    return plan;
}

MatrixDouble start_values(const GreedyPlan& plan, const MatrixDouble& weights) {
    MatrixDouble values = columns_in_order(weights, plan.order);
    if (plan.cross.size() == 0) return values;
    if (plan.algorithm == Algorithm::Qronos) {
        MatrixDouble pulled = values * plan.cross.transpose();
        values.noalias() = pulled * plan.feedback.transpose();
        pulled.noalias() = values * plan.feedback;
        return pulled;
    }
    MatrixDouble lower = plan.cross.triangularView<Eigen::Lower>();
    MatrixDouble result = values * lower.transpose();
    for (Index column = 0; column < result.cols(); ++column) {
        double own = plan.diagonal[static_cast<std::size_t>(column)];
        result.col(column) *= own > 0 ? 1.0 / own : 0.0;
    }
    return result;
}

std::vector<double> first_values(const GreedyPlan& plan, const MatrixDouble& weights) {
    if (plan.algorithm != Algorithm::Qronos || plan.cross.size() == 0) return {};
    std::vector<double> result;
    for (Index row = 0; row < weights.rows(); ++row) {
        double sum = 0;
        for (Index position = 0; position < weights.cols(); ++position) {
            auto at = static_cast<std::size_t>(position);
            double others = position == 0 ? 0.0 : plan.first_row[at];
            sum += (plan.cross(0, position) - others) * weights(row, plan.order[at]);
        }
        result.push_back(sum / plan.first_row.front());
    }
    return result;
}

}  // namespace macaw::quantizer
