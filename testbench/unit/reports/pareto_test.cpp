// The Pareto front against hand-made cases and against its definition.
#include "reports/tables/pareto.hpp"

#include <limits>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include "testbench/support/property.hpp"

using namespace macaw;
using reports::Objectives;
using reports::pareto_front;

BOOST_AUTO_TEST_SUITE(pareto)

namespace {

using Indices = std::vector<std::size_t>;

// The definition, pair by pair.
bool dominates(const Objectives& a, const Objectives& b) {
    bool smaller = false;
    for (const auto& [name, value] : a) {
        if (!(value <= b.at(name))) return false;
        smaller = smaller || value < b.at(name);
    }
    return smaller;
}

Indices by_definition(const std::vector<Objectives>& points) {
    Indices front;
    for (std::size_t i = 0; i < points.size(); ++i) {
        bool dominated = false;
        for (const Objectives& other : points) dominated = dominated || dominates(other, points[i]);
        if (!dominated) front.push_back(i);
    }
    return front;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_point_that_is_nowhere_better_is_not_on_the_front) {
    // 2 is worse than 0 in both; 3 equals 0 in area and is worse in perplexity.
    const std::vector<Objectives> points = {{{"area", 2}, {"perplexity", 30}},
                                            {{"area", 1}, {"perplexity", 40}},
                                            {{"area", 3}, {"perplexity", 31}},
                                            {{"area", 2}, {"perplexity", 31}}};
    BOOST_TEST(pareto_front(points) == (Indices{0, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(equal_points_stay_side_by_side) {
    const std::vector<Objectives> points = {{{"a", 1}, {"b", 2}}, {{"a", 1}, {"b", 2}}, {{"a", 1}, {"b", 3}}};
    BOOST_TEST(pareto_front(points) == (Indices{0, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(of_one_objective_the_front_is_its_least_value) {
    const std::vector<Objectives> points = {{{"a", 3}}, {{"a", -1}}, {{"a", 0}}};
    BOOST_TEST(pareto_front(points) == (Indices{1}), boost::test_tools::per_element());
    BOOST_TEST(pareto_front({}).empty());
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_is_neither_on_the_front_nor_dominates) {
    const double none = std::numeric_limits<double>::quiet_NaN();
    const double lowest = -std::numeric_limits<double>::infinity();
    const std::vector<Objectives> points = {
        {{"a", none}, {"b", 0}}, {{"a", 5}, {"b", 5}}, {{"a", lowest}, {"b", 0}}};
    BOOST_TEST(pareto_front(points) == (Indices{1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(points_with_different_objectives_are_a_defect) {
    const std::vector<Objectives> points = {{{"area", 1}}, {{"power", 1}}};
    BOOST_CHECK_THROW(pareto_front(points), std::logic_error);
}

BOOST_AUTO_TEST_CASE(the_front_is_what_its_definition_says) {
    testing::check_property("pareto front", [] {
        const auto count = *rc::gen::inRange<std::size_t>(0, 40);
        const auto names = *rc::gen::inRange<int>(1, 5);
        std::vector<Objectives> points(count);
        for (Objectives& point : points)  // few values: many ties
            for (int name = 0; name < names; ++name)
                point["objective" + std::to_string(name)] = *rc::gen::inRange(-3, 4);
        RC_ASSERT(pareto_front(points) == by_definition(points));
    });
}

BOOST_AUTO_TEST_SUITE_END()
