#include "quantizer/prepare/tile_order.hpp"

#include <algorithm>
#include <random>

#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;

namespace {

// Magnitudes whose channels have a common, very unequal part, heavy channels side by side. [rows, channels]
Matrix uneven_importance(Index rows, Index channels, unsigned seed) {
    std::mt19937 engine(seed);
    std::uniform_real_distribution<float> uniform;
    Matrix importance(rows, channels);
    for (Index row = 0; row < rows; ++row)
        for (Index channel = 0; channel < channels; ++channel)
            importance(row, channel) =
                uniform(engine) * (1 + 3 * static_cast<float>(channel) / static_cast<float>(channels));
    return importance;
}

float sum_of_squares(const Matrix& importance, const std::vector<Index>& order, std::int64_t tile) {
    return tile_norms(importance, order, tile).squaredNorm();
}

bool is_permutation_of(std::vector<Index> order, Index size) {
    std::sort(order.begin(), order.end());
    return order == identity_order(size);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tile_order)

// Channels of weight 3, 3, 1, 1 in one row: tiles {0, 2} and {1, 3} hold 4 each, {0, 1} would hold 6.
BOOST_AUTO_TEST_CASE(two_heavy_channels_are_separated) {
    Matrix importance{{3, 3, 1, 1}};
    std::vector<Index> order = balanced_tile_order(tile_gram(importance), 2);
    Matrix norms = tile_norms(importance, order, 2);
    BOOST_TEST((norms == Matrix{{4, 4}}));
}

BOOST_AUTO_TEST_CASE(no_exchange_of_two_channels_is_better) {
    Matrix importance = uneven_importance(6, 14, 3);
    const std::int64_t tile = 4;  // tiles of 4, 4, 4 and 2
    std::vector<Index> order = balanced_tile_order(tile_gram(importance), tile);
    float found = sum_of_squares(importance, order, tile);
    for (std::size_t a = 0; a < order.size(); ++a)
        for (std::size_t b = a + 1; b < order.size(); ++b) {
            std::vector<Index> other = order;
            std::swap(other[a], other[b]);
            BOOST_TEST(sum_of_squares(importance, other, tile) > found * (1 - 1e-4F));
        }
}

BOOST_AUTO_TEST_CASE(order_is_a_permutation_and_never_heavier_than_the_identity) {
    check_property("permutation, sum of squares not above the identity's", [] {
        Index channels = *rc::gen::inRange(1, 70);
        std::int64_t tile = *rc::gen::inRange(1, 80);
        auto seed = *rc::gen::inRange(0U, 1000U);
        Matrix importance = uneven_importance(8, channels, seed);
        std::vector<Index> order = balanced_tile_order(tile_gram(importance), tile);
        RC_ASSERT(is_permutation_of(order, channels));
        float identity = sum_of_squares(importance, identity_order(channels), tile);
        RC_ASSERT(sum_of_squares(importance, order, tile) <= identity * (1 + 1e-5F));
    });
}

BOOST_AUTO_TEST_CASE(importance_is_the_share_of_the_rows_maximum) {
    Matrix importance = importance_of(Matrix{{2, -4, 1}, {0, 0, 0}});
    BOOST_TEST((importance == Matrix{{0.5, 1, 0.25}, {0, 0, 0}}));
}

BOOST_AUTO_TEST_CASE(permuted_rows_and_columns_cancel_in_a_product) {
    std::vector<Index> order{2, 0, 1};
    Matrix producer{{1, 2}, {3, 4}, {5, 6}};
    Matrix consumer{{7, 8, 9}};
    Matrix before = consumer * producer;
    permute_rows(producer, order);
    permute_columns(consumer, order);
    BOOST_TEST((consumer == Matrix{{9, 7, 8}}));
    BOOST_TEST((consumer * producer == before));
}

// The residual stream of the embedded model at T = 64: the spread of the tile norms falls. Negative control:
// a random order does not do that.
BOOST_AUTO_TEST_CASE(tiles_of_the_embedded_model_become_more_equal) {
    BlockLinear linear = must(embedded_checkpoint().load_linear(0));
    Matrix importance = importance_of(linear[Projection::Query]);
    std::vector<Index> identity = identity_order(importance.cols());
    std::vector<Index> random = identity;
    std::shuffle(random.begin(), random.end(), std::mt19937(1));
    auto excess = [&](const std::vector<Index>& order) {  // above the mean tile of each row
        Matrix norms = tile_norms(importance, order, 64);
        return (norms.colwise() - norms.rowwise().mean()).cwiseMax(0).sum();
    };
    double balanced = excess(balanced_tile_order(tile_gram(importance), 64));
    BOOST_TEST(balanced < 0.8 * excess(identity));
    BOOST_TEST(balanced < 0.8 * excess(random));
}

BOOST_AUTO_TEST_SUITE_END()
