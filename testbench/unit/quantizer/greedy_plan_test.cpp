#include "quantizer/greedy_plan.hpp"

#include <limits>

#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;

namespace {

InputStatistics diagonal(std::initializer_list<double> values) {
    MatrixDouble matrix =
        MatrixDouble::Zero(static_cast<Index>(values.size()), static_cast<Index>(values.size()));
    Index i = 0;
    for (double value : values) {
        matrix(i, i) = value;
        ++i;
    }
    return {matrix, {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(greedy_plan)

BOOST_AUTO_TEST_CASE(factor_inverts_the_damped_hessian_in_descending_order_of_its_diagonal) {
    RandomLayer layer = random_layer(1, 30, 2);
    GreedyPlan plan = must(plan_greedy(layer.statistics, QuantizerOptions{}));
    MatrixDouble ordered(30, 30);
    for (Index i = 0; i < 30; ++i)
        for (Index j = 0; j < 30; ++j)
            ordered(i, j) = layer.statistics.hessian(plan.order[static_cast<std::size_t>(i)],
                                                     plan.order[static_cast<std::size_t>(j)]);
    for (Index i = 1; i < 30; ++i) BOOST_TEST(ordered(i - 1, i - 1) >= ordered(i, i));
    ordered.diagonal().array() += 0.01 * layer.statistics.hessian.diagonal().mean();
    MatrixDouble product = plan.feedback.transpose() * plan.feedback * ordered;
    BOOST_TEST((product - MatrixDouble::Identity(30, 30)).cwiseAbs().maxCoeff() < 1e-9);
    BOOST_TEST((plan.feedback.triangularView<Eigen::StrictlyLower>().toDenseMatrix().isZero()));
}

// Mean diagonal 7.375: 1 % of it does not lift -0.5 above zero, 10 % does.
BOOST_AUTO_TEST_CASE(damping_is_raised_until_the_factorisation_succeeds) {
    GreedyPlan plan = must(plan_greedy(diagonal({10, 10, 10, -0.5}), QuantizerOptions{}));
    BOOST_TEST(plan.damping == 0.1, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_hessian_that_cannot_be_factorised_is_an_error) {
    QuantizerOptions options;
    options.damping = 1e-6;
    BOOST_TEST(fails_with(plan_greedy(diagonal({10, 10, 10, -5}), options), "cannot be factorised"));
    BOOST_TEST(fails_with(plan_greedy(diagonal({0, 0}), options), "all zero"));
    BOOST_TEST(fails_with(plan_greedy(diagonal({1, std::numeric_limits<double>::quiet_NaN()}), options),
                          "not finite"));
}

BOOST_AUTO_TEST_CASE(a_dead_input_is_no_error) {
    BOOST_TEST(plan_greedy(diagonal({1, 0, 2}), QuantizerOptions{}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
