// Peeling Pareto fronts until enough points are chosen.
#include "reports/cost/pareto_search.hpp"

#include <limits>
#include <random>
#include <set>

#include "testbench/support/property.hpp"

using namespace macaw::reports;

namespace {

std::vector<Objectives> points_of(const std::vector<std::pair<double, double>>& pairs) {
    std::vector<Objectives> points;
    for (auto [area, period] : pairs) points.push_back({{"area", area}, {"period", period}});
    return points;
}

std::vector<std::size_t> best(const std::vector<Objectives>& points, std::size_t count) {
    return best_by_fronts(points, std::vector<std::string>(points.size()), count);
}

bool dominates(const Objectives& a, const Objectives& b) {
    bool nowhere_larger = true, somewhere_smaller = false;
    for (const auto& [name, value] : a) {
        nowhere_larger = nowhere_larger && value <= b.at(name);
        somewhere_smaller = somewhere_smaller || value < b.at(name);
    }
    return nowhere_larger && somewhere_smaller;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pareto_search)

BOOST_AUTO_TEST_CASE(the_next_front_is_taken_when_the_first_is_not_enough) {
    // Fronts: {0, 1}, {2, 3}, {4}.
    const auto points = points_of({{1, 4}, {4, 1}, {2, 5}, {5, 2}, {9, 9}});
    BOOST_TEST((best(points, 2) == std::vector<std::size_t>{0, 1}));
    BOOST_TEST((best(points, 4) == std::vector<std::size_t>{0, 1, 2, 3}));
    BOOST_TEST((best(points, 9) == std::vector<std::size_t>{0, 1, 2, 3, 4}));
}

BOOST_AUTO_TEST_CASE(a_front_that_is_too_long_keeps_its_ends) {
    const auto points = points_of({{3, 7}, {1, 9}, {9, 1}, {2, 8}, {7, 3}, {8, 2}, {5, 5}});
    BOOST_TEST((best(points, 3) == std::vector<std::size_t>{1, 2, 6}));  // areas 1, 9 and the middle one, 5
}

BOOST_AUTO_TEST_CASE(groups_have_fronts_of_their_own) {
    const auto points = points_of({{1, 1}, {2, 2}, {3, 3}});
    const std::vector<std::string> groups = {"W4", "W4", "W5"};
    BOOST_TEST((best_by_fronts(points, groups, 2) == std::vector<std::size_t>{0, 2}));
}

BOOST_AUTO_TEST_CASE(points_without_a_figure_are_never_chosen) {
    const auto points = points_of({{std::numeric_limits<double>::quiet_NaN(), 1}, {2, 2}});
    BOOST_TEST((best(points, 2) == std::vector<std::size_t>{1}));
}

BOOST_AUTO_TEST_CASE(nothing_that_is_left_out_dominates_what_is_chosen) {
    macaw::testing::check_property("no chosen point is dominated by one that is not", [] {
        std::mt19937_64 random(*rc::gen::arbitrary<std::uint64_t>());
        std::vector<std::pair<double, double>> pairs;
        for (int i = *rc::gen::inRange(1, 60); i > 0; --i) pairs.emplace_back(random() % 12, random() % 12);
        const auto points = points_of(pairs);
        const auto count = *rc::gen::inRange<std::size_t>(1, 70);
        const auto chosen = best(points, count);
        const std::set<std::size_t> set(chosen.begin(), chosen.end());
        RC_ASSERT(set.size() == chosen.size());
        RC_ASSERT(chosen.size() == std::min(count, points.size()));
        for (std::size_t i = 0; i < points.size(); ++i)
            if (!set.contains(i))
                for (std::size_t j : chosen) RC_ASSERT(!dominates(points[i], points[j]));
    });
}

BOOST_AUTO_TEST_SUITE_END()
