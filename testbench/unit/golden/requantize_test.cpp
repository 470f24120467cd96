#include "golden/requantize.hpp"

#include <cmath>
#include <random>

#include "testbench/support/property.hpp"

namespace macaw::golden {

namespace {

Requantization with(Rounding rounding, int bits, Signedness signedness) {
    Requantization requantization;
    requantization.rounding = rounding;
    requantization.output_bits = BitWidth(bits);
    requantization.output_signedness = signedness;
    return requantization;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(requantize_suite)

BOOST_AUTO_TEST_CASE(halves_round_as_the_mode_says) {
    // accumulator * 1 / 2: 0.5, 1.5, 2.5, -0.5, -1.5, -2.5
    const ChannelScale half{0, 1, 1};
    const std::int64_t accumulators[] = {1, 3, 5, -1, -3, -5};
    const std::int64_t up[] = {1, 2, 3, 0, -1, -2}, even[] = {0, 2, 2, 0, -2, -2};
    for (std::size_t i = 0; i < std::size(accumulators); ++i) {
        BOOST_TEST(requantize(accumulators[i], half, 0, with(Rounding::HalfUp, 8, Signedness::Signed)) ==
                   up[i]);
        BOOST_TEST(requantize(accumulators[i], half, 0, with(Rounding::HalfEven, 8, Signedness::Signed)) ==
                   even[i]);
    }
}

BOOST_AUTO_TEST_CASE(codes_are_clamped_behind_the_zero_point) {
    const ChannelScale one{0, 1, 0};
    Requantization s = with(Rounding::HalfEven, 8, Signedness::Signed);
    BOOST_TEST(requantize(200, one, -100, s) == 100);
    BOOST_TEST(requantize(300, one, -100, s) == 127);
    BOOST_TEST(requantize(-100, one, -100, s) == -128);
    Requantization u = with(Rounding::HalfEven, 4, Signedness::Unsigned);
    BOOST_TEST(requantize(-3, one, 2, u) == 0);
    BOOST_TEST(requantize(20, one, 2, u) == 15);
    BOOST_TEST(requantize(5, {-2, 3, 1}, 2, u) == 6);  // (5 - 2) * 3 / 2 = 4.5 -> 4, + 2
}

BOOST_AUTO_TEST_CASE(every_result_is_the_rounded_real_one) {
    macaw::testing::check_property("requantize", [](std::uint64_t seed) {
        std::mt19937_64 random(seed);
        Requantization r = with(Rounding::HalfEven, 8, Signedness::Signed);
        const std::int64_t accumulator = static_cast<std::int64_t>(random() % (1 << 20)) - (1 << 19);
        const ChannelScale scale{static_cast<std::int64_t>(random() % 1000) - 500,
                                 static_cast<std::int64_t>(random() % (1 << 16)),
                                 static_cast<int>(random() % 32)};
        // 37 bits times a power of two: exact in double, and nearbyint rounds halves to even.
        const double real = std::nearbyint(
            std::ldexp(static_cast<double>((accumulator + scale.bias) * scale.multiplier), -scale.shift));
        const double expected = std::min(127.0, std::max(-128.0, real + 3));
        RC_ASSERT(static_cast<double>(requantize(accumulator, scale, 3, r)) == expected);
    });
}

BOOST_AUTO_TEST_CASE(the_nearest_scale_is_as_near_as_its_bits_allow) {
    macaw::testing::check_property("nearest_scale", [](std::uint64_t seed) {
        std::mt19937_64 random(seed);
        Requantization r;
        const double real =
            std::ldexp(1.0 + static_cast<double>(random() >> 12) * 0x1p-52, -static_cast<int>(random() % 14));
        auto scale = nearest_scale(real, 0, r);
        RC_ASSERT(scale.has_value());
        RC_ASSERT(scale->multiplier < (1 << r.multiplier_bits.bits()));
        const double made = std::ldexp(static_cast<double>(scale->multiplier), -scale->shift);
        RC_ASSERT(std::abs(made - real) <= std::ldexp(real, -r.multiplier_bits.bits()));
    });
    BOOST_TEST(!nearest_scale(0, 0, {}).has_value());
    BOOST_TEST(!nearest_scale(-1, 0, {}).has_value());
    BOOST_TEST(!nearest_scale(65535.9, 0, {}).has_value());
    BOOST_TEST((*nearest_scale(65535, 0, {}) == ChannelScale{0, 65535, 0}));
}

BOOST_AUTO_TEST_CASE(shifts_that_leave_bit_patterns_without_a_meaning_are_refused) {
    Requantization r;
    for (int shift = 0; shift <= 64; ++shift) {
        r.largest_shift = shift;
        const bool legal = shift == 1 || shift == 3 || shift == 7 || shift == 15 || shift == 31;
        BOOST_TEST(validate(r, BitWidth(20)).empty() == legal, shift);
    }
}

BOOST_AUTO_TEST_CASE(products_beyond_62_bits_are_refused) {
    Requantization r;
    BOOST_TEST(validate(r, BitWidth(20)).empty());
    r.multiplier_bits = BitWidth(32);
    r.largest_shift = 48;
    auto problems = validate(r, BitWidth(40));
    BOOST_REQUIRE_EQUAL(problems.size(), 2U);
    BOOST_TEST(problems[0].field == "largest_shift");
    BOOST_TEST(problems[1].field == "multiplier_bits");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::golden
