// Random operands of a vector MAC unit and the sums that belong to them.
#include "sim/vector_mac_stream.hpp"

#include <map>

#include <boost/test/unit_test.hpp>

namespace {

using namespace macaw;

hw::DotProductShape small_unit() {
    hw::DotProductShape unit;
    unit.lanes = 3;
    unit.weight_bits = golden::BitWidth(3);
    unit.activation_bits = golden::BitWidth(4);
    unit.accumulator_bits = golden::BitWidth(6);
    return unit;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(vector_mac_stream)

BOOST_AUTO_TEST_CASE(sums_are_those_of_int64_modulo_2_to_the_p_and_restart_with_each_dot_product) {
    sim::VectorMacStream stream(small_unit(), {4, 0, 7}, 0);
    std::int64_t sum = 0;
    bool wrapped = false;
    for (int beat = 0; beat < 400; ++beat) {
        stream.next();
        BOOST_REQUIRE(stream.first() == (beat % 4 == 0));
        if (stream.first()) sum = 0;
        for (std::size_t lane = 0; lane < 3; ++lane)
            sum += std::int64_t{stream.weights()[lane]} * stream.activations()[lane];
        wrapped |= sum < -32 || sum > 31;
        BOOST_REQUIRE_EQUAL(stream.sum(), static_cast<std::uint64_t>(sum) & 63);
    }
    BOOST_TEST(wrapped);
}

BOOST_AUTO_TEST_CASE(codes_fill_their_ranges_evenly_and_no_more) {
    sim::VectorMacStream stream(small_unit(), {1, 0, 7}, 0);
    std::map<int, int> weights, activations;
    for (int beat = 0; beat < 10000; ++beat) {
        stream.next();
        for (int code : stream.weights()) ++weights[code];
        for (int code : stream.activations()) ++activations[code];
    }
    BOOST_REQUIRE(weights.size() == 7U);  // -3..3
    BOOST_REQUIRE(activations.size() == 16U);
    // 30 000 draws: 4286 +- 61 and 1875 +- 42 (one standard deviation).
    for (auto [code, count] : weights) BOOST_TEST(std::abs(count - 4286) < 6 * 61, "weight " << code);
    for (auto [code, count] : activations) BOOST_TEST(std::abs(count - 1875) < 6 * 42, "input " << code);
}

BOOST_AUTO_TEST_CASE(sparsity_sets_further_weights_to_zero_and_is_counted) {
    sim::VectorMacStream stream(small_unit(), {1, 0.5, 7}, 0);
    for (int beat = 0; beat < 10000; ++beat) stream.next();
    const double share = static_cast<double>(stream.zero_weights()) / 30000;
    BOOST_TEST(std::abs(share - (0.5 + 0.5 / 7)) < 0.02);
}

BOOST_AUTO_TEST_CASE(streams_of_one_seed_differ_and_repeat) {
    sim::VectorMacStream first(small_unit(), {1, 0, 7}, 0), again(small_unit(), {1, 0, 7}, 0),
        other(small_unit(), {1, 0, 7}, 1);
    int equal = 0;
    for (int beat = 0; beat < 100; ++beat) {
        first.next();
        again.next();
        other.next();
        BOOST_REQUIRE(first.activations() == again.activations());
        equal += first.activations() == other.activations() ? 1 : 0;
    }
    BOOST_TEST(equal < 5);
}

BOOST_AUTO_TEST_SUITE_END()
