// How well one quantity follows another over a set of points.
#pragma once

#include <span>

namespace macaw::reports {

// Product-moment correlation, -1..1; NaN where one of the two does not vary. Equal lengths, at least 2.
double pearson(std::span<const double> x, std::span<const double> y);

// Pearson's of the ranks; equal values share their mean rank.
double spearman(std::span<const double> x, std::span<const double> y);

// y = offset + slope x with the least sum of squared differences. `x` varies.
struct Line {
    double offset = 0, slope = 0;
    double at(double x) const { return offset + slope * x; }
};
Line least_squares_line(std::span<const double> x, std::span<const double> y);

// y = a u + b v with the least sum of squared *relative* differences, so that small points count as much as
// large ones; y > 0, u and v are no multiples of each other.
struct TwoTerms {
    double a = 0, b = 0;
};
TwoTerms relative_least_squares(std::span<const double> u, std::span<const double> v,
                                std::span<const double> y);

}  // namespace macaw::reports
