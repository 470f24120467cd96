// 64 cases at once are what Simulator gives one by one.
#include "hw/rtl/bit_simulator.hpp"

#include <random>

#include "hw/arith/adder_cells.hpp"
#include "hw/arith/dot_product.hpp"
#include "hw/arith/range_check.hpp"
#include "hw/rtl/simulator.hpp"
#include "testbench/support/property.hpp"

namespace macaw::hw {

namespace {

int pick_from(std::mt19937_64& random, int least, int most) {
    return least + static_cast<int>(random() % static_cast<unsigned>(most - least + 1));
}

// A module with every operation but `*` and registers: a structural dot product and its range check.
void add_random_unit(rtl::Design& design, std::mt19937_64& random) {
    const golden::OverflowMode mode = static_cast<golden::OverflowMode>(random() % 3);
    const golden::BitWidth width(pick_from(random, 2, 20));
    DotProductShape shape{pick_from(random, 1, 4),
                          golden::BitWidth(pick_from(random, 2, 8)),
                          random() % 2 ? golden::Signedness::Signed : golden::Signedness::Unsigned,
                          golden::BitWidth(pick_from(random, 2, 8)),
                          width,
                          mode};
    StructuralForm form{static_cast<Multiplier>(random() % 2), static_cast<Reduction>(random() % 2),
                        static_cast<FinalAdder>(random() % 5)};
    const rtl::Module& unit = *add_structural_dot_product(design, shape, form).module;
    rtl::Module& top = design.add_module("checked_unit");
    const int n = shape.lanes * shape.activation_bits.bits(), m = shape.lanes * shape.weight_bits.bits();
    rtl::Expression sum = top.undriven_wire("sum", rtl::signed_type(sum_bits(shape)));
    top.instantiate("u_unit", unit,
                    {{"activation_i", top.input("activation_i", rtl::unsigned_type(n))},
                     {"weight_i", top.input("weight_i", rtl::unsigned_type(m))},
                     {"accumulator_i", top.input("accumulator_i", rtl::signed_type(width.bits()))},
                     {"sum_o", sum}});
    CheckedSum checked = add_range_check(top, "sum", sum, width, mode);
    rtl::Expression is_zero = rtl::is_equal(checked.value, rtl::zero(checked.value.type()));
    top.output("value_o", rtl::extend(checked.value, width.bits() + 3));
    top.output("unsigned_o", rtl::extend(rtl::as_unsigned(checked.value), width.bits() + 2));
    top.output("zero_o", is_zero);
    top.output("overflow_o", checked.overflow ? *checked.overflow : is_zero);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bit_simulator_suite)

BOOST_AUTO_TEST_CASE(all_cases_of_a_word_equal_the_simulator) {
    macaw::testing::check_property("BitSimulator == Simulator", [](std::uint64_t seed) {
        std::mt19937_64 random(seed);
        rtl::Design design;
        add_random_unit(design, random);
        rtl::BitSimulator together(design);
        rtl::Simulator alone(design);
        const char* inputs[] = {"activation_i", "weight_i", "accumulator_i"};
        for (const char* port : inputs)
            for (int bit = 0; bit < together.width(port); ++bit) together.set(port, bit, random());
        together.evaluate();
        for (int i : {0, 1, 31, 62, 63}) {
            for (const char* port : inputs) {
                std::uint64_t bits = 0;
                for (int bit = 0; bit < together.width(port); ++bit)
                    bits |= ((together.get(port, bit) >> i) & 1U) << bit;
                const int unused = 64 - together.width(port);
                const bool is_signed = alone.port(port).type.is_signed();
                alone.set(alone.port(port), is_signed ? static_cast<std::int64_t>(bits << unused) >> unused
                                                      : static_cast<std::int64_t>(bits));
            }
            alone.evaluate();
            for (const char* port : {"value_o", "unsigned_o", "zero_o", "overflow_o"})
                for (int bit = 0; bit < together.width(port); ++bit)
                    RC_ASSERT(((together.get(port, bit) >> i) & 1U) ==
                              (static_cast<std::uint64_t>(alone.get(alone.port(port))) >> bit & 1U));
        }
    });
}

BOOST_AUTO_TEST_CASE(multipliers_registers_and_unknown_ports_are_refused) {
    rtl::Design behavioural;
    add_behavioural_dot_product(behavioural, {});
    BOOST_CHECK_THROW(rtl::BitSimulator{behavioural}, std::logic_error);
    rtl::Design clocked;
    rtl::Module& module = clocked.add_module("clocked");
    rtl::Expression q = module.add_register("q", rtl::unsigned_type(1), rtl::Reset::ToZero);
    module.drive(q, ~q);
    module.output("out_o", q);
    BOOST_CHECK_THROW(rtl::BitSimulator{clocked}, std::logic_error);
    rtl::Design adder;
    add_adder_cells(adder);
    rtl::BitSimulator simulator(adder);
    BOOST_CHECK_THROW(simulator.set("d_i", 0, 0), std::logic_error);
    BOOST_CHECK_THROW(simulator.set("sum_o", 0, 0), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
