// All forms of the dot product against integer arithmetic: every input for tiny widths, random ones
// otherwise.
#include "hw/arith/dot_product.hpp"

#include <random>
#include <variant>

#include <boost/test/unit_test.hpp>

#include "hw/arith/carry_propagate_adder.hpp"
#include "hw/rtl/simulator.hpp"
#include "testbench/support/property.hpp"
#include "testbench/unit/hw/packed_unit.hpp"

namespace macaw::hw {

namespace {

struct Behavioural {};
struct Packed {};
using Form = std::variant<Behavioural, StructuralForm, Packed>;

std::vector<Form> all_forms() {
    std::vector<Form> forms = {Behavioural{}, Packed{}};
    for (Multiplier multiplier : {Multiplier::BaughWooley, Multiplier::Booth})
        for (Reduction reduction : {Reduction::Dadda, Reduction::Wallace, Reduction::ThreeGreedy})
            for (FinalAdder adder : {FinalAdder::Operator, FinalAdder::Ripple, FinalAdder::BrentKung,
                                     FinalAdder::Sklansky, FinalAdder::KoggeStone})
                forms.push_back(StructuralForm{multiplier, reduction, adder});
    return forms;
}
const std::vector<Form> kForms = all_forms();

// Of activations and weights.
const std::pair<golden::Signedness, golden::Signedness> kSigns[] = {
    {golden::Signedness::Signed, golden::Signedness::Signed},
    {golden::Signedness::Unsigned, golden::Signedness::Signed},
    {golden::Signedness::Signed, golden::Signedness::Unsigned},
    {golden::Signedness::Unsigned, golden::Signedness::Unsigned}};

struct Inputs {
    std::uint64_t activation = 0, weight = 0;  // packed, as on the ports
    std::int64_t accumulator = 0;
};

// W4A8, signed, wrapping in 16 bits.
DotProductShape signed_w4a8(int lanes) {
    return {lanes,
            golden::BitWidth(8),
            golden::Signedness::Signed,
            golden::BitWidth(4),
            golden::BitWidth(16),
            golden::OverflowMode::Wrap};
}

rtl::Design unit(const Form& form, const DotProductShape& shape) {
    rtl::Design design;
    if (const auto* structural = std::get_if<StructuralForm>(&form))
        add_structural_dot_product(design, shape, *structural);
    else if (std::holds_alternative<Packed>(form))
        testing::add_packed_unit(design, shape);
    else
        add_behavioural_dot_product(design, shape);
    return design;
}

std::int64_t simulated(rtl::Simulator& simulator, const Inputs& inputs) {
    simulator.set_words(simulator.port("activation_i"), {&inputs.activation, 1});
    simulator.set_words(simulator.port("weight_i"), {&inputs.weight, 1});
    simulator.set(simulator.port("accumulator_i"), inputs.accumulator);
    simulator.evaluate();
    return simulator.get(simulator.port("sum_o"));
}

std::int64_t field(std::uint64_t packed, int index, int width, bool is_signed) {
    std::uint64_t bits = (packed >> (index * width)) & (~std::uint64_t{0} >> (64 - width));
    return is_signed ? golden::wrap_to(static_cast<std::int64_t>(bits), golden::BitWidth(width))
                     : static_cast<std::int64_t>(bits);
}

// Exact in saturate and trap mode, modulo 2^P in wrap mode.
std::int64_t expected(const DotProductShape& shape, const Inputs& inputs) {
    std::int64_t sum = inputs.accumulator;
    for (int lane = 0; lane < shape.lanes; ++lane)
        sum += field(inputs.activation, lane, shape.activation_bits.bits(),
                     shape.activation_signedness == golden::Signedness::Signed) *
               field(inputs.weight, lane, shape.weight_bits.bits(), shape.has_signed_weights());
    return shape.overflow == golden::OverflowMode::Wrap ? golden::wrap_to(sum, shape.accumulator_bits) : sum;
}

// Number of inputs for which the unit is wrong, over all of them.
std::int64_t count_wrong(rtl::Simulator& simulator, const DotProductShape& shape) {
    std::int64_t wrong = 0;
    golden::Range accumulator = golden::range_of(shape.accumulator_bits, golden::Signedness::Signed);
    std::uint64_t activations = std::uint64_t{1} << (shape.lanes * shape.activation_bits.bits());
    std::uint64_t weights = std::uint64_t{1} << (shape.lanes * shape.weight_bits.bits());
    for (std::uint64_t a = 0; a < activations; ++a)
        for (std::uint64_t w = 0; w < weights; ++w)
            for (std::int64_t c = accumulator.min; c <= accumulator.max; ++c)
                wrong += simulated(simulator, {a, w, c}) != expected(shape, {a, w, c}) ? 1 : 0;
    return wrong;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dot_product_suite)

BOOST_AUTO_TEST_CASE(every_input_of_tiny_units_gives_the_right_sum) {
    for (const Form& form : kForms)
        for (auto [signedness, weights] : kSigns)
            for (auto mode : {golden::OverflowMode::Wrap, golden::OverflowMode::Trap})
                for (int p : {2, 3, 4, 6})
                    for (int lanes : {1, 2}) {
                        DotProductShape shape{lanes,
                                              golden::BitWidth(lanes == 1 ? 4 : 3),
                                              signedness,
                                              golden::BitWidth(lanes == 1 ? 3 : 2),
                                              golden::BitWidth(p),
                                              mode,
                                              weights};
                        rtl::Simulator simulator(unit(form, shape));
                        BOOST_TEST(count_wrong(simulator, shape) == 0, "lanes " << lanes << ", P " << p);
                    }
}

BOOST_AUTO_TEST_CASE(random_units_of_all_forms_give_the_right_sum) {
    macaw::testing::check_property("sum", [](std::uint64_t seed) {
        std::mt19937_64 random(seed);
        int lanes = 1 + static_cast<int>(random() % 4);
        DotProductShape shape{lanes,
                              golden::BitWidth(2 + static_cast<int>(random() % 15)),
                              random() % 2 ? golden::Signedness::Signed : golden::Signedness::Unsigned,
                              golden::BitWidth(2 + static_cast<int>(random() % 7)),
                              golden::BitWidth(1 + static_cast<int>(random() % 40)),
                              static_cast<golden::OverflowMode>(random() % 3),
                              random() % 2 ? golden::Signedness::Signed : golden::Signedness::Unsigned};
        for (const Form& form : kForms) {
            rtl::Simulator simulator(unit(form, shape));
            for (int i = 0; i < 20; ++i) {
                std::uint64_t a = random() >> (64 - lanes * shape.activation_bits.bits());
                std::uint64_t w = random() >> (64 - lanes * shape.weight_bits.bits());
                Inputs inputs{a, w,
                              golden::wrap_to(static_cast<std::int64_t>(random()), shape.accumulator_bits)};
                RC_ASSERT(simulated(simulator, inputs) == expected(shape, inputs));
            }
        }
    });
}

BOOST_AUTO_TEST_CASE(the_most_negative_factors_give_the_largest_product) {
    // -128 x -8 = 1024 in each of two lanes; the accumulator is at its maximum: 2047 + 2048 = 4095.
    DotProductShape shape{2,
                          golden::BitWidth(8),
                          golden::Signedness::Signed,
                          golden::BitWidth(4),
                          golden::BitWidth(12),
                          golden::OverflowMode::Trap};
    for (const Form& form : kForms) {
        rtl::Simulator simulator(unit(form, shape));
        BOOST_TEST(simulated(simulator, {0x8080, 0x88, 2047}) == 4095);
    }
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_in_the_tree_is_caught) {
    DotProductShape shape{2,
                          golden::BitWidth(3),
                          golden::Signedness::Signed,
                          golden::BitWidth(2),
                          golden::BitWidth(4),
                          golden::OverflowMode::Wrap};
    const std::pair<StructuralForm, const char*> faults[] = {
        {{}, "product_1_a2_w1"},
        {{Multiplier::Booth, Reduction::Wallace, FinalAdder::Ripple}, "product_1_d0_3"},
        {{Multiplier::Booth, Reduction::Dadda, FinalAdder::Sklansky}, "digit_0_0_two"},
        {{Multiplier::BaughWooley, Reduction::Dadda, FinalAdder::KoggeStone}, "adder_generate_1"},
        {{Multiplier::BaughWooley, Reduction::Dadda, FinalAdder::BrentKung}, "adder_half_sum_1"}};
    for (const auto& [form, signal] : faults) {
        rtl::Design design = unit(form, shape);
        design.invert_bit("macaw_dot_product", signal, 0);
        rtl::Simulator simulator(design);
        BOOST_TEST(count_wrong(simulator, shape) > 0, signal);
    }
}

BOOST_AUTO_TEST_CASE(sums_are_as_wide_as_the_worst_bit_pattern_needs) {
    DotProductShape shape{16,
                          golden::BitWidth(8),
                          golden::Signedness::Signed,
                          golden::BitWidth(4),
                          golden::BitWidth(15),
                          golden::OverflowMode::Trap};
    // 16383 + 16 * (-128 * -8) = 32767 is the largest, -16384 + 16 * (-128 * 7) = -30720 the smallest: 16
    // bits.
    BOOST_TEST(sum_bits(shape) == 16);
    shape.overflow = golden::OverflowMode::Wrap;
    BOOST_TEST(sum_bits(shape) == 15);
}

BOOST_AUTO_TEST_CASE(the_cost_of_a_small_heap_is_what_dadda_says) {
    // 1 lane, 3 x 3 bits and a 6-bit accumulator, modulo 2^6. Products in columns 0..4: 1 2 3 2 1; two
    // negative ones in column 2 and two in column 3 give the constant -24 = 101000 mod 64. Heights 2 3 4 4
    // 2 2. To 3: half adder in column 2, full adder in column 3 -> 2 3 3 3 3 2. To 2: half adder in column 1,
    // full adders in columns 2, 3 and 4, in column 5 a known one: a gate.
    DotProductShape shape{1,
                          golden::BitWidth(3),
                          golden::Signedness::Signed,
                          golden::BitWidth(3),
                          golden::BitWidth(6),
                          golden::OverflowMode::Wrap};
    rtl::Design design;
    ArithmeticCost cost = add_structural_dot_product(design, shape, {}).cost;
    BOOST_TEST(cost.partial_product_bits == 9);
    BOOST_TEST(cost.multipliers == 0);
    BOOST_TEST(cost.full_adders == 4);
    BOOST_TEST(cost.half_adders == 2);
    BOOST_TEST(cost.gates == 1);
    BOOST_TEST(cost.carry_propagate_bits == 6);
    BOOST_TEST(design.find("macaw_dot_product")->instances().size() == 6U);
}

BOOST_AUTO_TEST_CASE(adders_grow_with_the_width_of_the_accumulator) {
    std::int64_t before = 0;
    for (const Form& form : kForms) {
        const auto* structural = std::get_if<StructuralForm>(&form);
        if (structural == nullptr) continue;
        before = 0;
        for (int p : {12, 16, 20, 24, 32}) {
            DotProductShape shape{16,
                                  golden::BitWidth(8),
                                  golden::Signedness::Signed,
                                  golden::BitWidth(4),
                                  golden::BitWidth(p),
                                  golden::OverflowMode::Wrap};
            rtl::Design design;
            ArithmeticCost cost = add_structural_dot_product(design, shape, *structural).cost;
            std::int64_t adders =
                cost.full_adders + cost.half_adders + cost.prefix_cells + cost.carry_propagate_bits;
            BOOST_TEST(adders > before);
            before = adders;
        }
    }
}

// 15 x 255 twice and 2047: 9697 needs 15 bits as a signed number; the products alone are 7650, 13 bits.
BOOST_AUTO_TEST_CASE(sums_of_unsigned_factors_are_as_wide_as_they_need) {
    DotProductShape shape = signed_w4a8(2);
    shape.accumulator_bits = golden::BitWidth(12);
    shape.overflow = golden::OverflowMode::Trap;
    shape.activation_signedness = shape.weight_signedness = golden::Signedness::Unsigned;
    BOOST_TEST(sum_bits(shape) == 15);
    BOOST_TEST(products_sum_bits(shape) == 13);
    for (const Form& form : kForms) {
        rtl::Simulator simulator(unit(form, shape));
        BOOST_TEST(simulated(simulator, {0xFFFF, 0xFF, 2047}) == 9697);
    }
}

// An unsigned weight of 4 bits needs the digit 4^2 * w_3 too, which selects 8 bits and is never negative.
BOOST_AUTO_TEST_CASE(booth_has_a_digit_more_for_unsigned_weights) {
    DotProductShape shape = signed_w4a8(1);
    shape.weight_signedness = golden::Signedness::Unsigned;
    rtl::Design design;
    ArithmeticCost cost = add_structural_dot_product(design, shape, {Multiplier::Booth, {}, {}}).cost;
    BOOST_TEST(cost.booth_digits == 3);
    BOOST_TEST(cost.partial_product_bits == 2 * (9 + 1) + 8);
}

// 2 digits of 8 + 1 selected bits and the 1 of a negative digit, instead of 8 * 4 bits; the prefix networks
// have the cells and levels of the literature (R. Zimmermann, "Binary adder architectures for cell-based
// VLSI", 1997).
BOOST_AUTO_TEST_CASE(booth_and_prefix_adders_have_the_cost_of_the_literature) {
    DotProductShape shape = signed_w4a8(1);
    rtl::Design design;
    ArithmeticCost cost = add_structural_dot_product(design, shape, {Multiplier::Booth, {}, {}}).cost;
    BOOST_TEST(cost.booth_digits == 2);
    BOOST_TEST(cost.partial_product_bits == 2 * (9 + 1));
    for (auto [kind, cells, depth] : {std::tuple{FinalAdder::BrentKung, 2 * 16 - 2 - 4, 2 * 4 - 2},
                                      std::tuple{FinalAdder::Sklansky, 16 / 2 * 4, 4},
                                      std::tuple{FinalAdder::KoggeStone, 16 * 4 - 16 + 1, 4}}) {
        PrefixNetwork network = prefix_network(kind, 16);
        BOOST_TEST(network.cells.size() == static_cast<std::size_t>(cells));
        BOOST_TEST(network.depth == depth);
    }
}

BOOST_AUTO_TEST_CASE(dadda_spends_no_more_adders_than_wallace) {
    DotProductShape shape = signed_w4a8(16);
    rtl::Design first, second;
    ArithmeticCost dadda = add_structural_dot_product(first, shape, {{}, Reduction::Dadda, {}}).cost;
    ArithmeticCost wallace = add_structural_dot_product(second, shape, {{}, Reduction::Wallace, {}}).cost;
    BOOST_TEST(dadda.full_adders + dadda.half_adders <= wallace.full_adders + wallace.half_adders);
}

BOOST_AUTO_TEST_CASE(the_three_earliest_bits_need_fewer_cells_than_dadda) {
    DotProductShape shape = signed_w4a8(16);
    rtl::Design first, second;
    ArithmeticCost dadda = add_structural_dot_product(first, shape, {{}, Reduction::Dadda, {}}).cost;
    ArithmeticCost greedy = add_structural_dot_product(second, shape, {{}, Reduction::ThreeGreedy, {}}).cost;
    BOOST_TEST(greedy.half_adders == 0);
    BOOST_TEST(greedy.full_adders + greedy.half_adders < dadda.full_adders + dadda.half_adders);
}

// All bits enter as complements, so that full adders read each other without an inverter; the few known ones
// of the constant make the exceptions.
BOOST_AUTO_TEST_CASE(full_adders_read_each_other_without_inverters) {
    rtl::Design design;
    const rtl::Module& module =
        *add_structural_dot_product(design, signed_w4a8(16), {{}, Reduction::ThreeGreedy, {}}).module;
    auto name_of = [&](const rtl::Expression& signal) {
        return module.signals()[static_cast<std::size_t>(signal.node().signal)].name;
    };
    int adders = 0, inverters = 0, complements = 0;
    for (const rtl::Instance& instance : module.instances()) {
        ++adders;
        for (const rtl::Connection& connection : instance.connections) {
            const rtl::Node& node = connection.value.node();
            if (node.operation != rtl::Operation::Not) continue;
            const rtl::Expression& inner = node.operands[0];
            const bool is_product =
                inner.node().operation == rtl::Operation::Signal && name_of(inner).starts_with("product_");
            ++(is_product || inner.node().operation == rtl::Operation::Slice ? complements : inverters);
        }
    }
    BOOST_TEST(adders > 400);
    BOOST_TEST(complements > 300);
    BOOST_TEST(inverters < 10);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
