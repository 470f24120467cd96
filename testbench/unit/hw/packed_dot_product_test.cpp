// Words of many lanes; small units are tested with the other forms in dot_product_test.cpp.
#include "hw/arith/packed_dot_product.hpp"

#include <random>

#include <boost/test/unit_test.hpp>

#include "hw/rtl/simulator.hpp"
#include "testbench/support/property.hpp"
#include "testbench/unit/hw/packed_unit.hpp"

namespace macaw::hw {

namespace {

using golden::BitWidth;
using golden::OverflowMode;
using golden::Range;
using golden::Signedness;

DotProductShape shape_of(int lanes, int n, int m, int p, OverflowMode mode = OverflowMode::Wrap) {
    return {lanes, BitWidth(n), Signedness::Signed, BitWidth(m), BitWidth(p), mode};
}

// Codes of one port, lane by lane.
class Codes {
  public:
    Codes(int lanes, int bits) : words_(static_cast<std::size_t>((lanes * bits + 63) / 64), 0), bits_(bits) {}
    void set(int lane, std::int64_t code) {
        for (int bit = 0; bit < bits_; ++bit)
            if ((static_cast<std::uint64_t>(code) >> bit) & 1U) {
                const auto place = static_cast<std::size_t>(lane * bits_ + bit);
                words_[place / 64] |= std::uint64_t{1} << (place % 64);
            }
    }
    const std::vector<std::uint64_t>& words() const { return words_; }

  private:
    std::vector<std::uint64_t> words_;
    int bits_;
};

// A unit, and what it should say of codes that pick() chooses: exact, or modulo 2^P.
class Unit {
  public:
    explicit Unit(const DotProductShape& shape, const rtl::Design& design)
        : shape_(shape), simulator_(design) {}

    template <typename Pick>
    bool is_right(Pick pick) {
        const Range activations = golden::range_of(shape_.activation_bits, shape_.activation_signedness);
        const Range weights = golden::range_of(shape_.weight_bits, shape_.weight_signedness);
        const Range accumulators = golden::range_of(shape_.accumulator_bits, Signedness::Signed);
        Codes a(shape_.lanes, shape_.activation_bits.bits()), w(shape_.lanes, shape_.weight_bits.bits());
        std::int64_t sum = pick(accumulators);
        simulator_.set(simulator_.port("accumulator_i"), sum);
        for (int lane = 0; lane < shape_.lanes; ++lane) {
            const std::int64_t activation = pick(activations), weight = pick(weights);
            a.set(lane, activation);
            w.set(lane, weight);
            sum += activation * weight;
        }
        simulator_.set_words(simulator_.port("activation_i"), a.words());
        simulator_.set_words(simulator_.port("weight_i"), w.words());
        simulator_.evaluate();
        if (shape_.overflow == OverflowMode::Wrap) sum = golden::wrap_to(sum, shape_.accumulator_bits);
        return simulator_.get(simulator_.port("sum_o")) == sum;
    }

  private:
    DotProductShape shape_;
    rtl::Simulator simulator_;
};

rtl::Design packed_unit(const DotProductShape& shape) {
    rtl::Design design;
    testing::add_packed_unit(design, shape);
    return design;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(packed_dot_product_suite)

BOOST_AUTO_TEST_CASE(four_lanes_of_w4a8_share_a_word) {
    const PackedWords packed = packed_words(shape_of(16, 8, 4, 16));
    BOOST_TEST(packed.lanes_per_word == 4);
    BOOST_TEST(packed.words == 4);
    // 4 words x 3 products x 128 * 8 = 12 288 < 2^14, and 16 products need 16 bits: 15 + a sign
    BOOST_TEST(packed.pitch == 16);
}

BOOST_AUTO_TEST_CASE(a_word_always_has_room_for_one_lane) {
    const PackedWords packed = packed_words(shape_of(64, 16, 8, 40, OverflowMode::Trap));
    BOOST_TEST(packed.lanes_per_word >= 1);
    BOOST_TEST(packed.words * packed.lanes_per_word >= 64);
}

// 15 x 15 twice is 450: 9 bits without a sign, which a wider accumulator must not take for -62.
BOOST_AUTO_TEST_CASE(sums_of_unsigned_factors_have_no_sign) {
    for (int p : {9, 10, 20}) {
        DotProductShape shape = shape_of(2, 4, 4, p);
        shape.activation_signedness = shape.weight_signedness = Signedness::Unsigned;
        Unit unit(shape, packed_unit(shape));
        BOOST_TEST(unit.is_right([](const Range& range) { return range.min < 0 ? 0 : range.max; }),
                   p << " bits");
    }
}

BOOST_AUTO_TEST_CASE(random_and_extreme_codes_of_many_lanes_give_the_right_sum) {
    macaw::testing::check_property("sum", [](std::uint64_t seed) {
        std::mt19937_64 random(seed);
        auto below = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
        DotProductShape shape{1 + below(64),
                              BitWidth(2 + below(15)),
                              random() % 2 ? Signedness::Signed : Signedness::Unsigned,
                              BitWidth(2 + below(7)),
                              BitWidth(1 + below(32)),
                              static_cast<OverflowMode>(below(3))};
        shape.weight_signedness = random() % 2 ? Signedness::Signed : Signedness::Unsigned;
        Unit unit(shape, packed_unit(shape));
        auto any = [&](const Range& range) {
            return range.min + static_cast<std::int64_t>(
                                   random() % static_cast<std::uint64_t>(range.max - range.min + 1));
        };
        for (int i = 0; i < 20; ++i) RC_ASSERT(unit.is_right(any));
        // Only the ends: the fields below the sum are as large as they get.
        for (int i = 0; i < 20; ++i)
            RC_ASSERT(
                unit.is_right([&](const Range& range) { return random() % 2 ? range.min : range.max; }));
        RC_ASSERT(unit.is_right([](const Range& range) { return range.min; }));
        RC_ASSERT(unit.is_right([](const Range& range) { return range.max; }));
        bool high = false;
        RC_ASSERT(unit.is_right([&](const Range& range) { return (high = !high) ? range.max : range.min; }));
    });
}

BOOST_AUTO_TEST_CASE(fields_below_the_sum_stay_inside_theirs_and_would_not_with_a_bit_less) {
    for (int lanes : {2, 4, 7, 16, 32, 64})
        for (auto [n, m, p] : {std::tuple{8, 4, 16}, std::tuple{8, 8, 20}, std::tuple{4, 4, 6}}) {
            const PackedWords packed = packed_words(shape_of(lanes, n, m, p));
            if (packed.lanes_per_word == 1) continue;
            const std::int64_t below = (packed.lanes_per_word - 1) * packed.words * (1 << (n - 1 + m - 1));
            BOOST_TEST(below < std::int64_t{1} << (packed.pitch - 1));
            // As narrow as the fields below, the sum itself or a code allow: no lane is given away.
            const int needed = std::min(p, products_sum_bits(shape_of(lanes, n, m, p)));
            BOOST_TEST(
                (packed.pitch == std::max({n, m, needed}) || below >= std::int64_t{1} << (packed.pitch - 2)));
            BOOST_TEST(packed.shift() + packed.pitch <= 64);
        }
}

BOOST_AUTO_TEST_CASE(one_flipped_bit_of_the_packed_sum_is_caught) {
    const DotProductShape shape = shape_of(16, 8, 4, 16);
    rtl::Design design = packed_unit(shape);
    design.invert_bit("macaw_dot_product", "packed_sum", packed_words(shape).shift());
    Unit unit(shape, design);
    BOOST_TEST(!unit.is_right([](const Range& range) { return range.min; }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
