// Least squares with coefficients that are not negative: an adder costs area, it never gives some back.
#pragma once

#include <Eigen/Dense>

namespace macaw::reports {

// x >= 0 that minimises |A x - b|, with A: [points, features]; the active-set method of C. Lawson, R. Hanson,
// "Solving least squares problems", 1974, ch. 23 (Eigen 3.4 has none). Columns of zeros get 0.
Eigen::VectorXd nonnegative_least_squares(const Eigen::MatrixXd& a, const Eigen::VectorXd& b);

}  // namespace macaw::reports
