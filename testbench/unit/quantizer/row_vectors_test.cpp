#include "quantizer/row_vectors.hpp"

#include <cmath>
#include <random>
#include <vector>

#include "testbench/support/property.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;
using macaw::golden::ActivationCode;
using macaw::golden::BitWidth;
using macaw::golden::TokenScale;

namespace {

std::vector<double> random_doubles(std::size_t size, std::mt19937& generator) {
    std::normal_distribution<double> normal;
    std::vector<double> values(size);
    for (double& value : values) value = normal(generator);
    return values;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(row_vectors)

// Exactly: neither fused multiply-add nor another order of the terms.
BOOST_AUTO_TEST_CASE(every_length_gives_the_numbers_of_the_plain_loops) {
    check_property("rows equal plain loops", [] {
        const auto size = *rc::gen::inRange<std::size_t>(1, 200);
        std::mt19937 generator(*rc::gen::inRange<unsigned>(0, 100000));
        const std::vector<double> line = random_doubles(size, generator);
        std::vector<double> values = random_doubles(size, generator), expected = values;
        const double factor = random_doubles(1, generator)[0];
        add_multiple(values, factor, line.data());
        for (std::size_t i = 0; i < size; ++i) {
            const volatile double product = factor * line[i];
            expected[i] += product;
        }
        RC_ASSERT(values == expected);

        const std::vector<double> curvature = random_doubles(size, generator);
        const PairStep step{0.3, factor, 0.25, values.data(), line.data(), curvature.data()};
        std::vector<double> bounds(size);
        const double largest = pair_bounds(step, bounds);
        double most = -INFINITY;
        for (std::size_t i = 0; i < size; ++i) {
            const volatile double moved = factor * line[i];
            const volatile double gain = 2 * step.scale * std::abs(values[i] + moved);
            const volatile double cost = step.scale * step.scale * curvature[i];
            const volatile double sum = step.own + gain;
            RC_ASSERT(bounds[i] == sum - cost);
            most = std::max(most, bounds[i]);
        }
        RC_ASSERT(largest == most);
    });
}

BOOST_AUTO_TEST_CASE(codes_become_the_floats_nearest_to_their_values) {
    check_property("scale * (code - zero point), rounded once", [] {
        const auto codes = *rc::gen::container<std::vector<ActivationCode>>(rc::gen::inRange(-65536, 65536));
        const auto zero_point = *rc::gen::inRange(-65536, 65536);
        const auto scale = static_cast<float>(*rc::gen::inRange(1, 1 << 24)) * 0x1p-30F;
        std::vector<float> values(codes.size());
        dequantize_row(codes, scale, zero_point, values);
        for (std::size_t i = 0; i < codes.size(); ++i)
            RC_ASSERT(values[i] == static_cast<float>(static_cast<double>(scale) *
                                                      static_cast<double>(codes[i] - zero_point)));
    });
}

BOOST_AUTO_TEST_CASE(sums_within_the_limit_are_dequantized_as_any_sums) {
    check_property("both ways are equal", [] {
        const auto size = *rc::gen::inRange<std::size_t>(1, 100);
        std::mt19937_64 generator(*rc::gen::inRange<unsigned>(0, 100000));
        const TokenScale token{0.013F, *rc::gen::inRange(-128, 128)};
        std::vector<std::int64_t> sums(size), code_sums(size);
        std::vector<float> scales(size), fast(size), plain(size);
        const int bits = *rc::gen::inRange(2, 51);
        std::uniform_int_distribution<std::int64_t> sum(-(std::int64_t{1} << (bits - 1)),
                                                        (std::int64_t{1} << (bits - 1)) - 1);
        std::uniform_int_distribution<std::int64_t> code_sum(-1000000, 1000000);
        for (std::size_t i = 0; i < size; ++i) {
            sums[i] = sum(generator);
            code_sums[i] = code_sum(generator);
            scales[i] = 1.0F / static_cast<float>(i + 3);
        }
        RC_ASSERT(fits_dequantize_sums(code_sums, {-128, 127}, BitWidth(bits)));
        dequantize_sums(sums, code_sums, token, scales, fast);
        dequantize_any_sums(sums, code_sums, token, scales, plain);
        RC_ASSERT(fast == plain);
    });
}

BOOST_AUTO_TEST_CASE(sums_beyond_the_limit_are_found_and_would_be_wrong) {
    const std::vector<std::int64_t> code_sums{0};
    BOOST_TEST(fits_dequantize_sums(code_sums, {-128, 127}, BitWidth(51)));
    BOOST_TEST(!fits_dequantize_sums(code_sums, {-128, 127}, BitWidth(52)));
    BOOST_TEST(!fits_dequantize_sums(std::vector<std::int64_t>{-(std::int64_t{1} << 45)}, {-128, 127},
                                     BitWidth(20)));
    const std::vector<std::int64_t> sums{std::int64_t{1} << 52};
    const std::vector<float> scales{1.0F};
    std::vector<float> fast(1), plain(1);
    dequantize_sums(sums, code_sums, {}, scales, fast);
    dequantize_any_sums(sums, code_sums, {}, scales, plain);
    BOOST_TEST(fast[0] != plain[0]);
}

BOOST_AUTO_TEST_SUITE_END()
