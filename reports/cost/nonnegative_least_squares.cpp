#include "reports/cost/nonnegative_least_squares.hpp"

#include <limits>
#include <vector>

#include "golden/support/error.hpp"

namespace macaw::reports {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

// Least squares over these columns alone; 0 elsewhere.
VectorXd solve_free(const MatrixXd& a, const VectorXd& b, const std::vector<Index>& free) {
    VectorXd x = VectorXd::Zero(a.cols());
    x(free) = a(Eigen::all, free).colPivHouseholderQr().solve(b);
    return x;
}

std::vector<Index> indices_where(const std::vector<bool>& is_free) {
    std::vector<Index> indices;
    for (std::size_t i = 0; i < is_free.size(); ++i)
        if (is_free[i]) indices.push_back(static_cast<Index>(i));
    return indices;
}

}  // namespace

VectorXd nonnegative_least_squares(const MatrixXd& matrix, const VectorXd& b) {
    require(matrix.allFinite() && b.allFinite(), "nonnegative_least_squares: a value that is not finite");
    // Columns of equal length: areas of a flip-flop and path lengths differ by orders of magnitude.
    const VectorXd norms = matrix.colwise().norm().transpose();
    const VectorXd scale = (norms.array() > 0).select(norms, VectorXd::Ones(norms.size()));
    const MatrixXd a = matrix * scale.cwiseInverse().asDiagonal();
    std::vector<bool> is_free(static_cast<std::size_t>(a.cols()), false);
    VectorXd x = VectorXd::Zero(a.cols());
    const double tolerance = 1e-10 * (1 + b.norm());
    for (Index round = 0; round < 10 * a.cols();
         ++round) {  // ends earlier except where rounding errors cycle
        const VectorXd gradient = a.transpose() * (b - a * x);
        Index best = -1;
        for (Index i = 0; i < a.cols(); ++i)
            if (!is_free[static_cast<std::size_t>(i)] && gradient(i) > tolerance &&
                (best < 0 || gradient(i) > gradient(best)))
                best = i;
        if (best < 0) break;
        is_free[static_cast<std::size_t>(best)] = true;
        for (;;) {
            const std::vector<Index> free = indices_where(is_free);
            const VectorXd candidate = solve_free(a, b, free);
            // As far towards the candidate as nothing becomes negative; what gets there first is fixed at 0.
            double step = 1;
            Index blocking = -1;
            for (Index i : free)
                if (candidate(i) <= 0) {
                    const double reach = x(i) / (x(i) - candidate(i));
                    if (x(i) <= 0 || reach < step || blocking < 0) {
                        step = x(i) <= 0 ? 0 : reach;
                        blocking = i;
                        if (step == 0) break;
                    }
                }
            x += step * (candidate - x);
            if (blocking < 0) break;
            x(blocking) = 0;
            is_free[static_cast<std::size_t>(blocking)] = false;
        }
    }
    return x.cwiseQuotient(scale);
}

}  // namespace macaw::reports
