// Every product of every width: all 2^(N+M) inputs of each multiplier, 64 at a time. SAT stops at 4 x 8 bits.
#include <boost/test/unit_test.hpp>

#include "hw/arith/carry_propagate_adder.hpp"
#include "hw/arith/dot_product.hpp"
#include "sim/formal/exhaustive.hpp"

namespace macaw::hw {

namespace {

using golden::BitWidth;
using golden::Signedness;

// Of activation and weight.
struct Signs {
    Signedness activation = Signedness::Signed, weight = Signedness::Signed;
    bool both_unsigned() const {
        return activation == Signedness::Unsigned && weight == Signedness::Unsigned;
    }
    std::string text() const { return to_string(activation) + " x " + to_string(weight); }
};
const Signs kSigns[] = {{Signedness::Signed, Signedness::Signed},
                        {Signedness::Unsigned, Signedness::Signed},
                        {Signedness::Signed, Signedness::Unsigned},
                        {Signedness::Unsigned, Signedness::Unsigned}};

DotProductShape multiplier_shape(int n, Signs signs, int m, int p) {
    return {1,           BitWidth(n), signs.activation, BitWidth(m), BitWidth(p), golden::OverflowMode::Wrap,
            signs.weight};
}

std::int64_t count_wrong(const rtl::Design& design, int n, Signs signs, int m, int outputs) {
    return sim::count_wrong_products(design, multiplier_shape(n, signs, m, outputs), outputs);
}

const Multiplier kMultipliers[] = {Multiplier::BaughWooley, Multiplier::Booth};

}  // namespace

BOOST_AUTO_TEST_SUITE(multipliers_suite)

BOOST_AUTO_TEST_CASE(all_products_of_all_widths_are_right) {
    for (Multiplier multiplier : kMultipliers)
        for (const Signs& signs : kSigns)
            for (int n = 2; n <= 16; ++n)
                for (int m = 2; m <= 8; ++m) {
                    const int p = n + m + (signs.both_unsigned() ? 1 : 0);  // with the sign bit of the sum, 0
                    rtl::Design design;
                    add_structural_dot_product(design, multiplier_shape(n, signs, m, p),
                                               {multiplier, Reduction::Dadda, FinalAdder::Operator});
                    BOOST_TEST(count_wrong(design, n, signs, m, p) == 0, signs.text()
                                                                             << " " << n << " x " << m);
                }
}

// Modulo 2^P for accumulators narrower than a product, where partial products are cut.
BOOST_AUTO_TEST_CASE(all_cut_products_are_right) {
    for (Multiplier multiplier : kMultipliers)
        for (const Signs& signs : kSigns)
            for (int n : {2, 3, 6, 8})
                for (int m = 2; m <= 8; ++m)
                    for (int p = 1; p < n + m; ++p) {
                        rtl::Design design;
                        add_structural_dot_product(design, multiplier_shape(n, signs, m, p),
                                                   {multiplier, Reduction::Wallace, FinalAdder::Operator});
                        BOOST_TEST(count_wrong(design, n, signs, m, p) == 0,
                                   signs.text() << " " << n << " x " << m << " mod 2^" << p);
                    }
}

BOOST_AUTO_TEST_CASE(a_wrong_product_among_them_is_found) {
    for (auto [multiplier, signal] : {std::pair{Multiplier::BaughWooley, "product_0_a7_w3"},
                                      std::pair{Multiplier::Booth, "product_0_d1_8"}}) {
        rtl::Design design;
        add_structural_dot_product(design, multiplier_shape(8, {}, 4, 12),
                                   {multiplier, Reduction::Dadda, FinalAdder::Operator});
        design.invert_bit("macaw_dot_product", signal, 0);
        BOOST_TEST(count_wrong(design, 8, {}, 4, 12) > 0);
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
            BOOST_TEST(sim::count_wrong_sums(design, width) == 0, "width " << width);
        }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
