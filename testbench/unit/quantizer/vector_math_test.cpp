#include "quantizer/llama/vector_math.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "testbench/support/property.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;

BOOST_AUTO_TEST_SUITE(vector_math)

// softmax of (0, x) is (1, exp(x)) / (1 + exp(x)).
BOOST_AUTO_TEST_CASE(an_exponential_is_right_to_three_parts_in_ten_million) {
    double worst = 0;
    for (float x = 0; x > -80; x -= 0.00137F) {
        std::vector<float> row{0, x};
        softmax(row);
        double exact = std::exp(static_cast<double>(x));
        double found = static_cast<double>(row[1]) / static_cast<double>(row[0]);
        worst = std::max(worst, std::abs(found / exact - 1));
    }
    BOOST_TEST(worst < 3e-7);
}

BOOST_AUTO_TEST_CASE(rows_of_every_length_are_summed_whole) {
    check_property("softmax and log_sum_exp equal sums in double", [] {
        auto size = *rc::gen::inRange<std::size_t>(1, 1100);
        auto seed = *rc::gen::inRange<unsigned>(0, 1000);
        std::vector<float> row;
        for (std::size_t i = 0; i < size; ++i)
            row.push_back(9 * std::sin(static_cast<float>(i * i + seed)) + static_cast<float>(seed % 100) -
                          50);
        double sum = 0;
        for (float x : row) sum += std::exp(static_cast<double>(x));
        RC_ASSERT(std::abs(log_sum_exp(row) - std::log(sum)) < 1e-6);
        std::vector<float> shares = row;
        softmax(shares);
        for (std::size_t i = 0; i < size; ++i) {
            double exact = std::exp(static_cast<double>(row[i])) / sum;
            RC_ASSERT(std::abs(static_cast<double>(shares[i]) - exact) <= 2e-6 * exact);
        }
    });
}

BOOST_AUTO_TEST_CASE(gate_is_right_at_both_ends) {
    std::vector<float> gate{0, 1, -1, 30, -30, -200, 200};
    const std::vector<float> up(gate.size(), 2);
    std::vector<float> out = gate;
    silu_times(out, up);
    for (std::size_t i = 0; i < gate.size(); ++i) {
        double x = static_cast<double>(gate[i]);
        BOOST_TEST(std::abs(static_cast<double>(out[i]) - 2 * x / (1 + std::exp(-x))) <= 1e-6 * std::abs(x));
    }
}

// A fused multiply-add, which some clones could use and others not, changes last bits: these are of a build
// without any clone. Lengths are whole vectors and a rest.
BOOST_AUTO_TEST_CASE(every_processor_finds_the_same_bits) {
    std::vector<float> values;
    for (int i = 0; i < 1061; ++i) values.push_back(static_cast<float>(i * 7919 % 1009 - 504) / 64.0F);
    auto digest = [](std::span<const float> found) {
        std::uint64_t hash = 14695981039346656037U;  // FNV-1a
        for (float value : found) hash = (hash ^ std::bit_cast<std::uint32_t>(value)) * 1099511628211U;
        return hash;
    };
    std::vector<float> shares = values, gate = values;
    softmax(shares);
    silu_times(gate, values);
    BOOST_TEST(digest(shares) == 0x33a028404d37c711U);
    BOOST_TEST(digest(gate) == 0xa469cc12757ebe48U);
    BOOST_TEST(std::bit_cast<std::uint64_t>(log_sum_exp(values)) == 0x40282e3467b923dcU);
}

BOOST_AUTO_TEST_SUITE_END()
