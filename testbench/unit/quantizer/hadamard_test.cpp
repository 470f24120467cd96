#include "quantizer/prepare/hadamard.hpp"

#include <cmath>

#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;

namespace {

// H_n = H_m (x) H_{2^a} by its definition, in double: the slow twin. [n, n]
MatrixDouble kronecker_hadamard(Index dense_order, Index size) {
    MatrixDouble matrix = hadamard_matrix(dense_order)->cast<double>();
    while (matrix.rows() < size) {
        Index half = matrix.rows();
        MatrixDouble doubled(2 * half, 2 * half);
        for (Index row = 0; row < half; ++row)
            for (Index column = 0; column < half; ++column) {
                double sign = matrix(row, column);
                doubled.block(2 * row, 2 * column, 2, 2) << sign, sign, sign, -sign;
            }
        matrix = doubled;
    }
    return matrix;
}

Matrix random_matrix(Index rows, Index columns, unsigned seed) {
    std::mt19937 engine(seed);
    std::normal_distribution<float> normal;
    Matrix matrix(rows, columns);
    for (float& value : matrix.reshaped<Eigen::RowMajor>()) value = normal(engine);
    return matrix;
}

double orthogonality_error(const Matrix& matrix) {
    Matrix product = matrix * matrix.transpose();
    return static_cast<double>(
        (product - static_cast<float>(matrix.rows()) * Matrix::Identity(matrix.rows(), matrix.rows()))
            .cwiseAbs()
            .maxCoeff());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hadamard)

BOOST_AUTO_TEST_CASE(every_dense_order_is_a_matrix_of_signs_with_orthogonal_rows) {
    std::vector<Index> known;
    for (Index order = 1; order <= 180; ++order) {
        auto matrix = hadamard_matrix(order);
        if (!matrix) continue;
        known.push_back(order);
        BOOST_TEST(matrix->cwiseAbs().minCoeff() == 1.0F, "order " << order);
        BOOST_TEST(matrix->cwiseAbs().maxCoeff() == 1.0F, "order " << order);
        BOOST_TEST(orthogonality_error(*matrix) == 0.0, "order " << order);  // integers: exact
    }
    for (Index wanted : {1, 2, 12, 20, 28, 36, 44, 60, 76, 84, 108, 124, 140, 172})
        BOOST_TEST((std::find(known.begin(), known.end(), wanted) != known.end()), "order " << wanted);
}

// Negative control of the test above: one wrong sign is seen.
BOOST_AUTO_TEST_CASE(one_wrong_sign_is_not_a_hadamard_matrix) {
    Matrix matrix = *hadamard_matrix(28);
    matrix(5, 9) *= -1;
    BOOST_TEST(orthogonality_error(matrix) == 2.0);
}

BOOST_AUTO_TEST_CASE(orders_without_a_construction_are_refused) {
    for (Index order : {0, 3, 6, 92, 116, 1028}) BOOST_TEST(!hadamard_matrix(order).has_value());
    BOOST_TEST(
        fails_with(HadamardTransform::create(3 * 64 * 31), "no Hadamard matrix of size 5952 = 93 * 64"));
    BOOST_TEST(fails_with(HadamardTransform::create(6), "powers of two times 1, 12, 20, 28, 36"));
    BOOST_TEST(fails_with(HadamardTransform::create(0), "size 0 is impossible"));
}

// The dense factor is the smallest that is known: 576 = 36 * 16, 768 = 12 * 64 and so on.
BOOST_AUTO_TEST_CASE(fast_transform_equals_the_kronecker_product) {
    for (auto [size, dense] : {std::pair<Index, Index>{1, 1},
                               {2, 1},
                               {4, 1},
                               {8, 1},
                               {12, 12},
                               {24, 12},
                               {36, 36},
                               {64, 1},
                               {172, 172},
                               {256, 1},
                               {288, 36},
                               {512, 1},
                               {576, 36},
                               {640, 20},
                               {768, 12},
                               {896, 28}}) {
        auto transform = must(HadamardTransform::create(size));
        BOOST_TEST(transform.dense_order() == dense);
        Matrix x = random_matrix(3, size, 7);
        MatrixDouble expected =
            x.cast<double>() * kronecker_hadamard(dense, size) / std::sqrt(static_cast<double>(size));
        transform.apply_to_rows(x);
        BOOST_TEST((x.cast<double>() - expected).cwiseAbs().maxCoeff() < 2e-6, "size " << size);
    }
}

BOOST_AUTO_TEST_CASE(sizes_of_real_models_keep_the_norm_of_a_row) {
    for (Index size : {960, 1536, 2560, 5632, 8192, 11008, 13824, 14336}) {
        auto transform = must(HadamardTransform::create(size));
        Matrix x = random_matrix(1, size, 8);
        double before = x.cast<double>().squaredNorm();
        transform.apply_to_rows(x);
        BOOST_TEST(x.cast<double>().squaredNorm() == before, boost::test_tools::tolerance(1e-5));
    }
}

BOOST_AUTO_TEST_CASE(an_outlier_is_spread_evenly_over_all_channels) {
    auto transform = must(HadamardTransform::create(768));
    Matrix x = Matrix::Zero(1, 768);
    x(0, 401) = 48;
    transform.apply_to_rows(x);
    float even = 48 / std::sqrt(768.0F);
    BOOST_TEST(x.cwiseAbs().maxCoeff() == even, boost::test_tools::tolerance(1e-6F));
    BOOST_TEST(x.cwiseAbs().minCoeff() == even, boost::test_tools::tolerance(1e-6F));
}

BOOST_AUTO_TEST_CASE(rotations_of_both_sides_of_a_layer_leave_its_function) {
    auto inner = must(Rotation::random(24, 1));
    auto outer = must(Rotation::random(32, 2));
    Matrix x = random_matrix(5, 48, 3);
    Matrix weights = random_matrix(32, 48, 4);
    Matrix y = x * weights.transpose();
    inner.rotate_columns(x);
    inner.rotate_columns(weights);
    BOOST_TEST((x * weights.transpose() - y).cwiseAbs().maxCoeff() < 2e-5F);
    outer.rotate_rows(weights);
    Matrix rotated = y;
    outer.rotate_columns(rotated);
    BOOST_TEST((x * weights.transpose() - rotated).cwiseAbs().maxCoeff() < 2e-5F);
    BOOST_TEST((rotated - y).cwiseAbs().maxCoeff() > 1.0F);  // negative control: something was rotated
}

BOOST_AUTO_TEST_CASE(signs_follow_from_the_seed_alone) {
    auto first = must(Rotation::random(64, 5));
    BOOST_TEST(first.signs() == must(Rotation::random(64, 5)).signs());
    BOOST_TEST(first.signs() != must(Rotation::random(64, 6)).signs());
    BOOST_TEST(must(Rotation::plain(64)).signs() == std::vector<float>(64, 1.0F));
}

BOOST_AUTO_TEST_SUITE_END()
