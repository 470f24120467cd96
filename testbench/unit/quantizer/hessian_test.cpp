#include "quantizer/hessian.hpp"

#include <limits>

#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;

namespace {

MatrixDouble diagonal(std::initializer_list<double> values) {
    MatrixDouble matrix =
        MatrixDouble::Zero(static_cast<Index>(values.size()), static_cast<Index>(values.size()));
    Index i = 0;
    for (double value : values) {
        matrix(i, i) = value;
        ++i;
    }
    return matrix;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hessian)

BOOST_AUTO_TEST_CASE(hessian_is_twice_the_sum_of_outer_products_over_all_windows) {
    std::vector<WindowState> windows{{{}, Matrix::Random(5, 130)}, {{}, Matrix::Random(3, 130)}};
    MatrixDouble hessian = must(input_hessian(windows));
    MatrixDouble expected = MatrixDouble::Zero(130, 130);
    for (const WindowState& window : windows)
        for (Index token = 0; token < window.input.rows(); ++token)
            for (Index i = 0; i < 130; ++i)
                for (Index j = 0; j < 130; ++j)
                    expected(i, j) += 2.0 * static_cast<double>(window.input(token, i)) *
                                      static_cast<double>(window.input(token, j));
    BOOST_TEST((hessian - expected).cwiseAbs().maxCoeff() < 1e-12);
}

BOOST_AUTO_TEST_CASE(hessian_does_not_depend_on_the_number_of_threads) {
    std::vector<WindowState> windows{{{}, Matrix::Random(40, 200)}, {{}, Matrix::Random(40, 200)}};
    ::setenv("MACAW_THREADS", "1", 1);
    MatrixDouble one = must(input_hessian(windows));
    ::setenv("MACAW_THREADS", "3", 1);
    MatrixDouble three = must(input_hessian(windows));
    ::unsetenv("MACAW_THREADS");
    BOOST_TEST((one == three));
}

BOOST_AUTO_TEST_CASE(factor_inverts_the_damped_hessian_in_descending_order_of_its_diagonal) {
    RandomLayer layer = random_layer(1, 30, 2);
    HessianFactor factor = must(factorize(layer.hessian, QuantizerOptions{}));
    MatrixDouble ordered(30, 30);
    for (Index i = 0; i < 30; ++i)
        for (Index j = 0; j < 30; ++j)
            ordered(i, j) = layer.hessian(factor.order[static_cast<std::size_t>(i)],
                                          factor.order[static_cast<std::size_t>(j)]);
    for (Index i = 1; i < 30; ++i) BOOST_TEST(ordered(i - 1, i - 1) >= ordered(i, i));
    ordered.diagonal().array() += 0.01 * layer.hessian.diagonal().mean();
    MatrixDouble product = factor.upper.transpose() * factor.upper * ordered;
    BOOST_TEST((product - MatrixDouble::Identity(30, 30)).cwiseAbs().maxCoeff() < 1e-9);
    BOOST_TEST((factor.upper.triangularView<Eigen::StrictlyLower>().toDenseMatrix().isZero()));
}

// Mean diagonal 7.375: 1 % of it does not lift -0.5 above zero, 10 % does.
BOOST_AUTO_TEST_CASE(damping_is_raised_until_the_factorisation_succeeds) {
    HessianFactor factor = must(factorize(diagonal({10, 10, 10, -0.5}), QuantizerOptions{}));
    BOOST_TEST(factor.damping == 0.1, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_hessian_that_cannot_be_factorised_is_an_error) {
    QuantizerOptions options;
    options.damping = 1e-6;
    BOOST_TEST(fails_with(factorize(diagonal({10, 10, 10, -5}), options), "cannot be factorised"));
    BOOST_TEST(fails_with(factorize(diagonal({0, 0}), options), "all zero"));
    BOOST_TEST(fails_with(factorize(diagonal({1, std::numeric_limits<double>::quiet_NaN()}), options),
                          "not finite"));
}

BOOST_AUTO_TEST_CASE(a_dead_input_is_no_error) {
    BOOST_TEST(factorize(diagonal({1, 0, 2}), QuantizerOptions{}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
