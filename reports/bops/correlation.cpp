#include "reports/bops/correlation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "golden/support/error.hpp"

namespace macaw::reports {

namespace {

double mean(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Sum of (x - mean x) (y - mean y).
double co_deviation(std::span<const double> x, std::span<const double> y) {
    const double mean_x = mean(x), mean_y = mean(y);
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += (x[i] - mean_x) * (y[i] - mean_y);
    return sum;
}

std::vector<double> ranks(std::span<const double> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
    std::vector<double> rank(values.size());
    for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
        while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
        for (std::size_t i = begin; i < end; ++i) rank[order[i]] = static_cast<double>(begin + end - 1) / 2;
    }
    return rank;
}

}  // namespace

double pearson(std::span<const double> x, std::span<const double> y) {
    require(x.size() == y.size() && x.size() >= 2, "pearson: lengths");
    return co_deviation(x, y) / std::sqrt(co_deviation(x, x) * co_deviation(y, y));
}

double spearman(std::span<const double> x, std::span<const double> y) {
    return pearson(ranks(x), ranks(y));
}

Line least_squares_line(std::span<const double> x, std::span<const double> y) {
    require(x.size() == y.size() && x.size() >= 2, "least_squares_line: lengths");
    const double spread = co_deviation(x, x);
    require(spread > 0, "least_squares_line: x does not vary");
    const double slope = co_deviation(x, y) / spread;
    return {mean(y) - slope * mean(x), slope};
}

// Normal equations of u/y a + v/y b = 1.
TwoTerms relative_least_squares(std::span<const double> u, std::span<const double> v,
                                std::span<const double> y) {
    require(u.size() == y.size() && v.size() == y.size(), "relative_least_squares: lengths");
    double uu = 0, uv = 0, vv = 0, u1 = 0, v1 = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        const double p = u[i] / y[i], q = v[i] / y[i];
        uu += p * p;
        uv += p * q;
        vv += q * q;
        u1 += p;
        v1 += q;
    }
    const double determinant = uu * vv - uv * uv;
    require(determinant > 1e-12 * uu * vv, "relative_least_squares: u and v are multiples of each other");
    return {(u1 * vv - v1 * uv) / determinant, (v1 * uu - u1 * uv) / determinant};
}

}  // namespace macaw::reports
