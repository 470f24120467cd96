// Every product of every width: all 2^(N+M) inputs of each multiplier, 64 at a time. SAT stops at 4 x 8 bits.
#include <boost/test/unit_test.hpp>

#include "hw/arith/carry_propagate_adder.hpp"
#include "hw/arith/dot_product.hpp"
#include "hw/rtl/bit_simulator.hpp"

namespace macaw::hw {

namespace {

using golden::BitWidth;
using golden::Signedness;

constexpr int kCases = 64;
constexpr int kCaseBits = 6;
// Bit i of the number of the case, for all cases of a word.
constexpr std::uint64_t kCaseBit[kCaseBits] = {0xAAAAAAAAAAAAAAAA, 0xCCCCCCCCCCCCCCCC, 0xF0F0F0F0F0F0F0F0,
                                               0xFF00FF00FF00FF00, 0xFFFF0000FFFF0000, 0xFFFFFFFF00000000};

std::uint64_t input_word(std::uint64_t first_case, int bit) {
    if (bit < kCaseBits) return kCaseBit[bit];
    return (first_case >> bit) & 1U ? ~std::uint64_t{0} : 0;
}

std::int64_t signed_value(std::uint64_t bits, int width) {
    return static_cast<std::int64_t>(bits << (64 - width)) >> (64 - width);
}

DotProductShape multiplier_shape(int n, Signedness signedness, int m, int p) {
    return {1, BitWidth(n), signedness, BitWidth(m), BitWidth(p), golden::OverflowMode::Wrap};
}

// Number of inputs for which the unit is wrong; the accumulator is 0. Inputs: the activation in the low bits
// of the case, the weight above it.
std::int64_t count_wrong(const rtl::Design& design, int n, Signedness signedness, int m, int outputs) {
    rtl::BitSimulator simulator(design);
    const int inputs = n + m;
    std::int64_t wrong = 0;
    for (std::uint64_t first = 0; first < (std::uint64_t{1} << inputs); first += kCases) {
        for (int bit = 0; bit < n; ++bit) simulator.set("activation_i", bit, input_word(first, bit));
        for (int bit = 0; bit < m; ++bit) simulator.set("weight_i", bit, input_word(first, n + bit));
        simulator.evaluate();
        std::uint64_t expected[kCases];
        const int cases = std::min(kCases, 1 << inputs);
        for (int i = 0; i < cases; ++i) {
            const std::uint64_t number = first + static_cast<std::uint64_t>(i);
            const std::uint64_t activation = number & ((std::uint64_t{1} << n) - 1);
            const std::int64_t factor = signedness == Signedness::Signed
                                            ? signed_value(activation, n)
                                            : static_cast<std::int64_t>(activation);
            expected[i] = static_cast<std::uint64_t>(factor * signed_value(number >> n, m));
        }
        std::uint64_t differs = 0;
        for (int bit = 0; bit < outputs; ++bit) {
            std::uint64_t word = 0;
            for (int i = 0; i < cases; ++i) word |= ((expected[i] >> bit) & 1U) << i;
            const std::uint64_t used = cases == kCases ? ~std::uint64_t{0} : (std::uint64_t{1} << cases) - 1;
            differs |= (word ^ simulator.get("sum_o", bit)) & used;
        }
        wrong += __builtin_popcountll(differs);
    }
    return wrong;
}

const Multiplier kMultipliers[] = {Multiplier::BaughWooley, Multiplier::Booth};

}  // namespace

BOOST_AUTO_TEST_SUITE(multipliers_suite)

BOOST_AUTO_TEST_CASE(all_products_of_all_widths_are_right) {
    for (Multiplier multiplier : kMultipliers)
        for (Signedness signedness : {Signedness::Signed, Signedness::Unsigned})
            for (int n = 2; n <= 16; ++n)
                for (int m = 2; m <= 8; ++m) {
                    rtl::Design design;
                    add_structural_dot_product(design, multiplier_shape(n, signedness, m, n + m),
                                               {multiplier, Reduction::Dadda, FinalAdder::Operator});
                    BOOST_TEST(count_wrong(design, n, signedness, m, n + m) == 0,
                               to_string(signedness) << " " << n << " x " << m);
                }
}

// Modulo 2^P for accumulators narrower than a product, where partial products are cut.
BOOST_AUTO_TEST_CASE(all_cut_products_are_right) {
    for (Multiplier multiplier : kMultipliers)
        for (Signedness signedness : {Signedness::Signed, Signedness::Unsigned})
            for (int n : {2, 3, 6, 8})
                for (int m = 2; m <= 8; ++m)
                    for (int p = 1; p < n + m; ++p) {
                        rtl::Design design;
                        add_structural_dot_product(design, multiplier_shape(n, signedness, m, p),
                                                   {multiplier, Reduction::Wallace, FinalAdder::Operator});
                        BOOST_TEST(count_wrong(design, n, signedness, m, p) == 0,
                                   to_string(signedness) << " " << n << " x " << m << " mod 2^" << p);
                    }
}

BOOST_AUTO_TEST_CASE(a_wrong_product_among_them_is_found) {
    for (auto [multiplier, signal] : {std::pair{Multiplier::BaughWooley, "product_0_a7_w3"},
                                      std::pair{Multiplier::Booth, "product_0_d1_8"}}) {
        rtl::Design design;
        add_structural_dot_product(design, multiplier_shape(8, Signedness::Signed, 4, 12),
                                   {multiplier, Reduction::Dadda, FinalAdder::Operator});
        design.invert_bit("macaw_dot_product", signal, 0);
        BOOST_TEST(count_wrong(design, 8, Signedness::Signed, 4, 12) > 0);
    }
}

// Every sum of two numbers of up to 12 bits, in every final adder.
BOOST_AUTO_TEST_CASE(all_sums_of_all_final_adders_are_right) {
    for (FinalAdder kind :
         {FinalAdder::Ripple, FinalAdder::BrentKung, FinalAdder::Sklansky, FinalAdder::KoggeStone})
        for (int width : {1, 2, 3, 5, 8, 11, 12}) {
            rtl::Design design;
            AdderCells cells = add_adder_cells(design);
            rtl::Module& module = design.add_module("adder");
            rtl::Expression a = module.input("a_i", rtl::unsigned_type(width));
            rtl::Expression b = module.input("b_i", rtl::unsigned_type(width));
            std::vector<rtl::Expression> a_bits, b_bits;
            for (int i = 0; i < width; ++i) {
                a_bits.push_back(rtl::bit(a, i));
                b_bits.push_back(rtl::bit(b, i));
            }
            ArithmeticCost cost;
            auto sum = add_carry_propagate_adder(module, cells, "adder", a_bits, b_bits, kind, cost);
            std::reverse(sum.begin(), sum.end());
            module.output("sum_o", rtl::concatenate(sum));
            rtl::BitSimulator simulator(design);
            std::uint64_t wrong = 0;
            for (std::uint64_t first = 0; first < (std::uint64_t{1} << (2 * width)); first += kCases) {
                for (int bit = 0; bit < width; ++bit) {
                    simulator.set("a_i", bit, input_word(first, bit));
                    simulator.set("b_i", bit, input_word(first, width + bit));
                }
                simulator.evaluate();
                const int cases = std::min(kCases, 1 << (2 * width));
                for (int i = 0; i < cases; ++i) {
                    const std::uint64_t number = first + static_cast<std::uint64_t>(i);
                    const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
                    std::uint64_t got = 0;
                    for (int bit = 0; bit < width; ++bit)
                        got |= ((simulator.get("sum_o", bit) >> i) & 1U) << bit;
                    wrong += got != (((number & mask) + (number >> width)) & mask) ? 1 : 0;
                }
            }
            BOOST_TEST(wrong == 0U, "width " << width);
        }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
