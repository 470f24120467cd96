#include "golden/integer_range.hpp"

#include "testbench/support/property.hpp"

using namespace macaw::golden;

BOOST_AUTO_TEST_SUITE(integer_range)

BOOST_AUTO_TEST_CASE(ranges_of_eight_bits) {
    BOOST_TEST((range_of(BitWidth(8), Signedness::Signed) == Range{-128, 127}));
    BOOST_TEST((range_of(BitWidth(8), Signedness::Unsigned) == Range{0, 255}));
}

BOOST_AUTO_TEST_CASE(impossible_widths_cannot_be_built) {
    BOOST_TEST(!BitWidth::make(0).has_value());
    BOOST_TEST(!BitWidth::make(63).has_value());
    BOOST_CHECK_THROW(BitWidth(0), std::logic_error);
}

BOOST_AUTO_TEST_CASE(bits_needed_is_exact_at_the_ends) {
    BOOST_TEST(bits_needed({0, 0}).bits() == 1);
    BOOST_TEST(bits_needed({-128, 127}).bits() == 8);
    BOOST_TEST(bits_needed({-129, 0}).bits() == 9);
    BOOST_TEST(bits_needed({0, 128}).bits() == 9);
}

BOOST_AUTO_TEST_CASE(wraparound_matches_int64_modulo_2_to_the_p) {
    macaw::testing::check_property("wrap_to is the residue modulo 2^P in the signed range", [] {
        BitWidth width(*rc::gen::inRange(1, 63));
        std::int64_t value = *rc::gen::arbitrary<std::int64_t>() / 2;
        std::int64_t wrapped = wrap_to(value, width);
        RC_ASSERT(range_of(width, Signedness::Signed).contains(wrapped));
        auto difference = static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(wrapped);
        RC_ASSERT(difference % (std::uint64_t{1} << width.bits()) == 0U);
    });
}

BOOST_AUTO_TEST_CASE(the_three_modes_at_one_past_the_end) {
    // 4 bits hold -8..7; 8 is one too many.
    Accumulated wrapped = accumulate(8, BitWidth(4), OverflowMode::Wrap);
    Accumulated saturated = accumulate(8, BitWidth(4), OverflowMode::Saturate);
    Accumulated trapped = accumulate(8, BitWidth(4), OverflowMode::Trap);
    BOOST_TEST(wrapped.value == -8);
    BOOST_TEST(saturated.value == 7);
    BOOST_TEST(trapped.value == -8);
    BOOST_TEST((wrapped.overflow && saturated.overflow && trapped.overflow));
    BOOST_TEST(accumulate(-9, BitWidth(4), OverflowMode::Saturate).value == -8);
    BOOST_TEST(!accumulate(7, BitWidth(4), OverflowMode::Trap).overflow);
}

BOOST_AUTO_TEST_SUITE_END()
