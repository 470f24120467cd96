// See pareto.hpp. In ascending lexicographic order a point can be dominated by an earlier one only, and then
// also by one on the front (dominance is transitive), so each point is compared with the front so far.
#include "reports/tables/pareto.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "golden/support/error.hpp"

namespace macaw::reports {

namespace {

// Where the names are equal, maps are walked in the same order.
bool same_names(const Objectives& a, const Objectives& b) {
    return std::ranges::equal(a, b, {}, &Objectives::value_type::first, &Objectives::value_type::first);
}

bool is_finite(const Objectives& point) {
    return std::ranges::all_of(point, [](const auto& objective) { return std::isfinite(objective.second); });
}

// Of a point and one that is not lexicographically larger: whether the latter is nowhere larger.
bool is_nowhere_larger(const Objectives& earlier, const Objectives& point) {
    return std::ranges::equal(earlier, point, std::less_equal<>(), &Objectives::value_type::second,
                              &Objectives::value_type::second);
}

}  // namespace

std::vector<std::size_t> pareto_front(std::span<const Objectives> points) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < points.size(); ++i) {
        require(same_names(points[i], points.front()), "pareto_front: points with different objectives");
        if (is_finite(points[i])) order.push_back(i);
    }
    std::ranges::stable_sort(order, std::less<>(),
                             [&](std::size_t i) -> const Objectives& { return points[i]; });
    std::vector<std::size_t> front;
    for (std::size_t candidate : order)
        if (std::ranges::none_of(front, [&](std::size_t other) {
                return is_nowhere_larger(points[other], points[candidate]) &&
                       points[other] != points[candidate];
            }))
            front.push_back(candidate);
    std::ranges::sort(front);
    return front;
}

}  // namespace macaw::reports
