#include "quantizer/axe.hpp"

#include <cmath>
#include <numeric>

#include "golden/certificate.hpp"
#include "testbench/support/property.hpp"
#include "testbench/support/random_datapath.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;
using macaw::golden::BitWidth;
using macaw::golden::Range;

namespace {

double norm_after(const std::vector<double>& values, double threshold) {
    double norm = 0;
    for (double value : values) norm += std::max(std::abs(value) - threshold, 0.0);
    return norm;
}

// The threshold by bisection: norm_after falls from the norm to 0 as the threshold grows.
double bisected_threshold(const std::vector<double>& values, double radius) {
    if (norm_after(values, 0) <= radius) return 0;
    double low = 0;
    double high = 1e6;
    for (int i = 0; i < 200; ++i) {
        double middle = (low + high) / 2;
        (norm_after(values, middle) > radius ? low : high) = middle;
    }
    return high;
}

std::vector<double> pick_values() {
    std::vector<double> values(static_cast<std::size_t>(pick(1, 40)));
    for (double& value : values) value = pick(-7000, 7000) / 1000.0;
    return values;
}

// The largest magnitude that any input can produce on these codes.
std::int64_t reach(const std::vector<macaw::golden::WeightCode>& codes, Range activation) {
    Range worst = macaw::golden::worst_case(codes, activation);
    return std::max(worst.max, -worst.min);
}

Range pick_activation() {
    BitWidth bits(pick(2, 10));
    return range_of(
        bits, pick(0, 1) == 1 ? macaw::golden::Signedness::Signed : macaw::golden::Signedness::Unsigned);
}

// Random codes, each cut to what `budget` admits.
std::vector<macaw::golden::WeightCode> greedy_codes(ExactBudget& budget) {
    auto codes = pick_codes<macaw::golden::WeightCode>(static_cast<std::size_t>(pick(1, 64)), {-127, 127});
    for (macaw::golden::WeightCode& code : codes) {
        Range left = budget.admissible();
        code = static_cast<macaw::golden::WeightCode>(std::clamp<std::int64_t>(code, left.min, left.max));
        budget.add(code);
    }
    return codes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(axe)

// |w| = 3, 2, 1 and radius 3: rho = 2, lambda = (3 + 2 - 3) / 2 = 1.
BOOST_AUTO_TEST_CASE(threshold_by_hand) {
    std::vector<double> values = {-1, 3, -2};
    std::vector<double> scratch;
    BOOST_TEST(l1_threshold(values, 3, scratch) == 1.0);
    BOOST_TEST(l1_threshold(values, 6, scratch) == 0.0);
}

BOOST_AUTO_TEST_CASE(threshold_equals_bisection) {
    check_property("dropping small values and bisection find the same threshold", [] {
        std::vector<double> values = pick_values();
        double radius = pick(1, 100000) / 1000.0;
        std::vector<double> scratch;
        RC_ASSERT(std::abs(l1_threshold(values, radius, scratch) - bisected_threshold(values, radius)) <
                  1e-9);
    });
}

// (2^16 - 2) / (2^8 - 1) = 65534 / 255
BOOST_AUTO_TEST_CASE(radius_by_hand) {
    BOOST_TEST(l1_radius({-128, 127}, BitWidth(16)) == 65534.0 / 255.0);
    BOOST_TEST(safe_l1_radius({-128, 127}, BitWidth(16)) == 32767.0 / 128.0);
}

// P_I = 8, limit 127. x in [-8, 7]: the first code may be 127 / 8 = 15 of either sign. After 10 the sums
// reach [-80, 70]: 47 are left below (5 by eights, 6 by sevens), 57 above (8 by sevens, 7 by eights).
// x in [0, 15]: 127 / 15 = 8 for the positive and for the negative codes, each for itself.
BOOST_AUTO_TEST_CASE(budget_by_hand) {
    ExactBudget budget({-8, 7}, BitWidth(8));
    BOOST_TEST((budget.admissible() == Range{-15, 15}));
    budget.add(10);
    BOOST_TEST((budget.admissible() == Range{-6, 5}));
    ExactBudget split({0, 15}, BitWidth(8));
    split.add(-8);
    BOOST_TEST((split.admissible() == Range{0, 8}));
}

BOOST_AUTO_TEST_CASE(codes_within_the_budget_are_certified) {
    check_property("whatever is admitted fits the accumulator, by golden's certificate", [] {
        Range activation = pick_activation();
        BitWidth inner(pick(2, 20));
        ExactBudget budget(activation, inner);
        RC_ASSERT(reach(greedy_codes(budget), activation) <=
                  range_of(inner, macaw::golden::Signedness::Signed).max);
    });
}

BOOST_AUTO_TEST_CASE(one_code_more_than_the_budget_admits_does_not_fit) {
    check_property("the budget is tight on both sides", [] {
        Range activation = pick_activation();
        BitWidth inner(pick(2, 14));
        std::int64_t limit = range_of(inner, macaw::golden::Signedness::Signed).max;
        ExactBudget budget(activation, inner);
        auto codes = greedy_codes(budget);
        Range left = budget.admissible();
        for (std::int64_t code : {left.min - 1, left.max + 1}) {
            RC_PRE(code >= -128 && code <= 127);
            codes.push_back(static_cast<macaw::golden::WeightCode>(code));
            RC_ASSERT(reach(codes, activation) > limit);
            ExactBudget exceeded = budget;
            exceeded.add(code);
            RC_ASSERT(!exceeded.consistent());
            codes.pop_back();
        }
    });
}

BOOST_AUTO_TEST_CASE(removing_a_code_gives_its_room_back) {
    ExactBudget budget({-8, 7}, BitWidth(8));
    budget.add(10);
    budget.add(-3);
    budget.remove(10);
    budget.remove(-3);
    BOOST_TEST((budget.admissible() == Range{-15, 15}));
}

// P_I = 8, x in [0, 15]: B = 127 / 15 = 8.47 for either sign, less 0.5 for rounding.
BOOST_AUTO_TEST_CASE(split_budget_by_hand) {
    SplitBudget budget({0, 15}, BitWidth(8), 0.5);
    BOOST_TEST(budget.most() == 127.0 / 15.0 - 0.5);
    budget.add(5);
    BOOST_TEST(budget.most() == 127.0 / 15.0 - 5.5);
    BOOST_TEST(budget.least() == -(127.0 / 15.0 - 0.5));
    budget.add(3);
    BOOST_TEST(budget.most() == 0.0);
}

BOOST_AUTO_TEST_CASE(codes_within_a_split_budget_are_certified_for_signed_and_unsigned_inputs) {
    check_property("rounding what the split budget leaves stays inside the accumulator", [] {
        Range activation = pick_activation();
        BitWidth inner(pick(2, 20));
        SplitBudget budget(activation, inner, 0.5);
        std::vector<macaw::golden::WeightCode> codes;
        for (double value : pick_values()) {
            double clipped = std::clamp(16 * value, budget.least(), budget.most());
            codes.push_back(static_cast<macaw::golden::WeightCode>(std::nearbyint(clipped)));
            budget.add(codes.back());
        }
        RC_ASSERT(reach(codes, activation) <= range_of(inner, macaw::golden::Signedness::Signed).max);
    });
}

BOOST_AUTO_TEST_SUITE_END()
