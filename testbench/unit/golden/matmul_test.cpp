#include "golden/matmul.hpp"

#include "golden/certificate.hpp"
#include "testbench/support/property.hpp"
#include "testbench/support/random_datapath.hpp"

using namespace macaw::golden;
using namespace macaw::testing;

namespace {

Datapath small(int inner, int outer, OverflowMode mode) {
    Datapath datapath;
    datapath.tile = 2;
    datapath.inner_bits = BitWidth(inner);
    datapath.outer_bits = BitWidth(outer);
    datapath.inner_overflow = mode;
    datapath.outer_overflow = mode;
    return datapath;
}

struct Problem {
    Datapath datapath;
    MatmulShape shape;
    std::vector<WeightCode> weights;
    std::vector<ActivationCode> activations;
};

Problem pick_problem() {
    Problem problem;
    problem.datapath = pick_datapath();
    problem.shape = {pick(1, 6), pick(1, 40), pick(1, 18)};
    problem.weights = pick_codes<WeightCode>(
        static_cast<std::size_t>(problem.shape.out_features * problem.shape.in_features),
        problem.datapath.weight_range());
    problem.activations =
        pick_codes<ActivationCode>(static_cast<std::size_t>(problem.shape.tokens * problem.shape.in_features),
                                   problem.datapath.activation_range());
    return problem;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(matmul_suite)

// Tile sums 7*100 + 7*100 = 1400 and 7*100 = 700 (short tile); 11 bits hold -1024..1023.
BOOST_AUTO_TEST_CASE(a_hand_calculated_row_in_all_modes) {
    std::vector<WeightCode> weights = {7, 7, 7};
    std::vector<ActivationCode> inputs = {100, 100, 100};
    BOOST_TEST(
        (dot_product(weights, inputs, small(12, 13, OverflowMode::Wrap)) == DotProduct{2100, false, false}));
    BOOST_TEST((dot_product(weights, inputs, small(11, 13, OverflowMode::Wrap)) ==
                DotProduct{1400 - 2048 + 700, true, false}));
    BOOST_TEST((dot_product(weights, inputs, small(11, 13, OverflowMode::Saturate)) ==
                DotProduct{1023 + 700, true, false}));
    BOOST_TEST(
        (dot_product(weights, inputs, small(11, 13, OverflowMode::Trap)) == DotProduct{52, true, false}));
    BOOST_TEST((dot_product(weights, inputs, small(12, 12, OverflowMode::Saturate)) ==
                DotProduct{2047, false, true}));
}

// Products +2000 then -1400: their exact sum fits 11 bits, the first alone does not.
BOOST_AUTO_TEST_CASE(products_per_check_decides_what_saturate_sees) {
    std::vector<WeightCode> weights = {20, -14};
    std::vector<ActivationCode> inputs = {100, 100};
    Datapath datapath = small(11, 13, OverflowMode::Saturate);
    datapath.weight_bits = BitWidth(8);
    BOOST_TEST((dot_product(weights, inputs, datapath) == DotProduct{1023 - 1400, true, false}));
    datapath.products_per_check = 2;
    BOOST_TEST((dot_product(weights, inputs, datapath) == DotProduct{600, false, false}));
}

BOOST_AUTO_TEST_CASE(the_most_negative_activation_times_the_most_negative_weight) {
    std::vector<WeightCode> weights = {-127};
    std::vector<ActivationCode> inputs = {-128};
    Datapath datapath = small(15, 15, OverflowMode::Trap);
    datapath.weight_bits = BitWidth(8);
    BOOST_TEST((dot_product(weights, inputs, datapath) == DotProduct{127 * 128, false, false}));
}

BOOST_AUTO_TEST_CASE(codes_outside_their_range_are_a_defect_of_the_caller) {
    std::vector<WeightCode> weights = {-8};  // W4 is symmetric: -7..7
    std::vector<ActivationCode> inputs = {0};
    BOOST_CHECK_THROW(dot_product(weights, inputs, small(11, 13, OverflowMode::Wrap)), std::logic_error);
}

BOOST_AUTO_TEST_CASE(wrap_does_not_depend_on_products_per_check) {
    check_property("wrap values are the same for every grouping", [] {
        Problem problem = pick_problem();
        problem.datapath.inner_overflow = problem.datapath.outer_overflow = OverflowMode::Wrap;
        Datapath one_by_one = problem.datapath;
        one_by_one.products_per_check = 1;
        auto grouped = matmul(problem.weights, problem.activations, problem.shape, problem.datapath);
        auto single = matmul(problem.weights, problem.activations, problem.shape, one_by_one);
        RC_ASSERT(grouped.values == single.values);
    });
}

BOOST_AUTO_TEST_CASE(the_fast_twins_equal_the_reference_in_every_mode) {
    check_property("FastMatmul == matmul, values and counts", [] {
        Problem problem = pick_problem();
        auto slow = matmul(problem.weights, problem.activations, problem.shape, problem.datapath);
        for (Kernel kernel : {Kernel::Best, Kernel::Counting, Kernel::Portable}) {
            std::vector<std::int64_t> out(slow.values.size());
            FastMatmul multiply(problem.weights, problem.shape.in_features, problem.datapath,
                                problem.datapath.activation_range(), kernel);
            auto counts = multiply(problem.activations, out);
            RC_ASSERT(out == slow.values);
            RC_ASSERT(counts.unchecked_tiles == (multiply.uses_certified_kernel() ? counts.tiles : 0));
            counts.unchecked_tiles = 0;
            RC_ASSERT(counts == slow.counts);
        }
    });
}

BOOST_AUTO_TEST_CASE(the_fast_twin_is_exact_for_accumulators_wider_than_its_lanes) {
    Datapath datapath = small(32, 36, OverflowMode::Wrap);
    datapath.weight_bits = BitWidth(8);
    datapath.activation_bits = BitWidth(16);
    std::vector<WeightCode> weights(3000, 127);
    std::vector<ActivationCode> inputs(3000, -32768);
    std::vector<std::int64_t> out(1);
    FastMatmul(weights, 3000, datapath, datapath.activation_range())(inputs, out);
    BOOST_TEST(out[0] == std::int64_t{3000} * 127 * -32768);
}

// Codes at random until the accumulators just hold them, ragged tiles, narrowed activation codes; inputs at
// random and those that reach the extremes.
BOOST_AUTO_TEST_CASE(certified_products_equal_the_reference_at_the_very_limit) {
    if (__builtin_cpu_supports("avx2") == 0) return;
    check_property("CertifiedMatmul == matmul", [] {
        Problem problem = pick_problem();
        problem.datapath.activation_bits = BitWidth(pick(2, 8));
        problem.datapath.weight_bits = BitWidth(pick(2, 8));
        problem.shape = {pick(1, 6), pick(1, 150), pick(1, 18)};
        Range activation = problem.datapath.activation_range();
        activation = {pick(static_cast<int>(activation.min), 0), pick(1, static_cast<int>(activation.max))};
        problem.weights = pick_codes<WeightCode>(
            static_cast<std::size_t>(problem.shape.out_features * problem.shape.in_features),
            problem.datapath.weight_range());
        QuantizedLayer layer;
        layer.out_features = problem.shape.out_features;
        layer.in_features = problem.shape.in_features;
        layer.codes = problem.weights;
        layer.activation = ActivationCoding{activation, ZeroPoint::Asymmetric, 1.0F, {}};
        LayerCertificate certificate = certify(layer, problem.datapath);
        problem.datapath.inner_bits = certificate.inner_bits;
        problem.datapath.outer_bits = certificate.outer_bits;
        auto multiply =
            CertifiedMatmul::create(problem.weights, problem.shape.in_features, problem.datapath, activation);
        if (problem.datapath.weight_range().max <= 63)  // pairs of larger codes may saturate on their way
            RC_ASSERT(multiply.has_value() == (certificate.inner_bits <= BitWidth(16)));
        if (!multiply) return;
        problem.activations = pick_codes<ActivationCode>(
            static_cast<std::size_t>(problem.shape.tokens * problem.shape.in_features), activation);
        for (std::int64_t row = 0; row < problem.shape.out_features; ++row)
            for (Extreme extreme : {Extreme::Max, Extreme::Min}) {
                auto input = worst_case_input(layer.row(row), activation, problem.datapath.tile, extreme);
                problem.activations.insert(problem.activations.end(), input.begin(), input.end());
            }
        problem.shape.tokens += 2 * problem.shape.out_features;
        auto slow = matmul(problem.weights, problem.activations, problem.shape, problem.datapath);
        std::vector<std::int64_t> out(slow.values.size());
        (*multiply)(problem.activations, out);
        RC_ASSERT(out == slow.values);
        RC_ASSERT(slow.counts.inner_overflow_tiles == 0);
        // One bit less, of either accumulator, and there is no proof.
        auto is_proven = [&](const Datapath& datapath) {
            return CertifiedMatmul::create(problem.weights, problem.shape.in_features, datapath, activation)
                .has_value();
        };
        Datapath narrower = problem.datapath;
        if (narrower.inner_bits > BitWidth(1)) {
            narrower.inner_bits = BitWidth(narrower.inner_bits.bits() - 1);
            RC_ASSERT(!is_proven(narrower));
        }
        narrower = problem.datapath;
        if (narrower.outer_bits > narrower.inner_bits) {
            narrower.outer_bits = BitWidth(narrower.outer_bits.bits() - 1);
            RC_ASSERT(!is_proven(narrower));
        }
    });
}

// The kernel's instruction saturates the sum of two products: 255 * (127 + 127) is beyond 16 bits, though the
// true sum, 127 * 127 * 2, is not.
BOOST_AUTO_TEST_CASE(neighbouring_products_beyond_16_bits_are_left_to_the_counting_kernel) {
    Datapath datapath = small(16, 17, OverflowMode::Wrap);
    datapath.weight_bits = BitWidth(8);
    const Range activation = datapath.activation_range();
    const std::vector<ActivationCode> inputs = {127, 127};
    for (auto [codes, certified] :
         {std::pair{std::vector<WeightCode>{127, 127}, false},
          std::pair{std::vector<WeightCode>{127, 2}, false}, std::pair{std::vector<WeightCode>{127, 1}, true},
          std::pair{std::vector<WeightCode>{64, 64}, true},
          std::pair{std::vector<WeightCode>{-127, 127}, true}}) {
        FastMatmul multiply(codes, 2, datapath, activation);
        if (__builtin_cpu_supports("avx2") != 0) BOOST_TEST(multiply.uses_certified_kernel() == certified);
        std::vector<std::int64_t> out(1);
        multiply(inputs, out);
        BOOST_TEST(out[0] == 127 * (codes[0] + codes[1]));
    }
    // Narrower activations leave more room.
    const std::vector<WeightCode> large = {127, 127};
    BOOST_TEST(CertifiedMatmul::create(large, 2, datapath, {-64, 63}).has_value() ==
               (__builtin_cpu_supports("avx2") != 0));
}

// The instruction takes weights as signed bytes: 128 would be -128 there.
BOOST_AUTO_TEST_CASE(unsigned_weights_beyond_a_signed_byte_are_left_to_the_counting_kernel) {
    Datapath datapath = small(16, 17, OverflowMode::Wrap);
    datapath.weight_bits = BitWidth(8);
    datapath.weight_signedness = Signedness::Unsigned;
    datapath.activation_bits = BitWidth(4);
    datapath.activation_signedness = Signedness::Unsigned;
    const std::vector<ActivationCode> inputs = {15, 14};
    for (auto [codes, certified] : {std::pair{std::vector<WeightCode>{127, 127}, true},
                                    std::pair{std::vector<WeightCode>{128, 0}, false},
                                    std::pair{std::vector<WeightCode>{255, 255}, false}}) {
        FastMatmul multiply(codes, 2, datapath, datapath.activation_range());
        if (__builtin_cpu_supports("avx2") != 0) BOOST_TEST(multiply.uses_certified_kernel() == certified);
        std::vector<std::int64_t> out(1);
        multiply(inputs, out);
        BOOST_TEST(out[0] == 15 * codes[0] + 14 * codes[1]);
    }
}

// 255 * 65535 * 2 = 33 422 850: beyond 16-bit operands, so the obvious loops compute it.
BOOST_AUTO_TEST_CASE(the_largest_unsigned_factors_give_the_largest_product) {
    Datapath datapath = small(26, 27, OverflowMode::Trap);
    datapath.weight_bits = BitWidth(8);
    datapath.activation_bits = BitWidth(16);
    datapath.weight_signedness = datapath.activation_signedness = Signedness::Unsigned;
    const std::vector<WeightCode> weights = {255, 255};
    const std::vector<ActivationCode> inputs = {65535, 65535};
    BOOST_TEST((dot_product(weights, inputs, datapath) == DotProduct{33422850, false, false}));
    datapath.inner_bits = BitWidth(25);
    BOOST_TEST(dot_product(weights, inputs, datapath).inner_overflow);
    std::vector<std::int64_t> out(1);
    FastMatmul(weights, 2, datapath, datapath.activation_range())(inputs, out);
    BOOST_TEST(out[0] == dot_product(weights, inputs, datapath).value);
}

BOOST_AUTO_TEST_SUITE_END()
