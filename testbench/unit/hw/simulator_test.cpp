// The C++ simulator: every operation against 64-bit arithmetic, wide values against bit strings, registers
// and reset.
#include "hw/rtl/simulator.hpp"

#include <random>

#include <boost/test/unit_test.hpp>

#include "golden/integer_range.hpp"
#include "testbench/support/property.hpp"

namespace macaw::rtl {

namespace {

// Value of the low bits of `value`, read with the type's sign.
std::int64_t canonical(std::int64_t value, Type type) {
    if (type.is_signed()) return golden::wrap_to(value, golden::BitWidth(type.width));
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) &
                                     (~std::uint64_t{0} >> (64 - type.width)));
}

Type type_of(bool is_signed, int width) {
    return is_signed ? signed_type(width) : unsigned_type(width);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(simulator_suite)

BOOST_AUTO_TEST_CASE(narrow_operations_equal_64_bit_arithmetic) {
    macaw::testing::check_property("operations", [](std::uint64_t seed) {
        std::mt19937_64 random(seed);
        Type type = type_of(random() % 2 != 0, 1 + static_cast<int>(random() % 30));
        Design design;
        Module& top = design.add_module("top");
        Expression a = top.input("a_i", type), b = top.input("b_i", type),
                   c = top.input("c_i", unsigned_type(1));
        int wider = type.width + static_cast<int>(random() % 20);
        int narrower = 1 + static_cast<int>(random() % static_cast<unsigned>(type.width));
        top.output("sum_o", add_modular(a, b));
        top.output("product_o", multiply_exact(a, b));
        top.output("and_o", a & b);
        top.output("or_o", a | b);
        top.output("xor_o", a ^ b);
        top.output("not_o", ~a);
        top.output("equal_o", is_equal(a, b));
        top.output("select_o", select(c, a, b));
        top.output("extend_o", extend(a, wider));
        top.output("truncate_o", truncate(a, narrower));
        top.output("signed_o", as_signed(a));
        top.output("unsigned_o", as_unsigned(a));
        top.output("any_o", any_bit(as_unsigned(a)));
        top.output("all_o", all_bits(as_unsigned(a)));
        Simulator simulator(design);
        std::int64_t x = canonical(static_cast<std::int64_t>(random()), type);
        std::int64_t y = random() % 4 == 0 ? x : canonical(static_cast<std::int64_t>(random()), type);
        bool condition = random() % 2 != 0;
        simulator.set(simulator.port("a_i"), x);
        simulator.set(simulator.port("b_i"), y);
        simulator.set(simulator.port("c_i"), condition ? 1 : 0);
        simulator.evaluate();
        auto get = [&](const char* name) { return simulator.get(simulator.port(name)); };
        RC_ASSERT(get("sum_o") == canonical(x + y, type));
        RC_ASSERT(get("product_o") == x * y);
        RC_ASSERT(get("and_o") == canonical(x & y, type));
        RC_ASSERT(get("or_o") == canonical(x | y, type));
        RC_ASSERT(get("xor_o") == canonical(x ^ y, type));
        RC_ASSERT(get("not_o") == canonical(~x, type));
        RC_ASSERT(get("equal_o") == (x == y ? 1 : 0));
        RC_ASSERT(get("select_o") == (condition ? x : y));
        RC_ASSERT(get("extend_o") == x);
        RC_ASSERT(get("truncate_o") == canonical(x, type_of(type.is_signed(), narrower)));
        RC_ASSERT(get("signed_o") == canonical(x, signed_type(type.width)));
        RC_ASSERT(get("unsigned_o") == canonical(x, unsigned_type(type.width)));
        RC_ASSERT(get("any_o") == (x != 0 ? 1 : 0));
        RC_ASSERT(get("all_o") == (canonical(x, signed_type(type.width)) == -1 ? 1 : 0));
    });
}

BOOST_AUTO_TEST_CASE(wide_slices_and_concatenations_move_every_bit_to_its_place) {
    macaw::testing::check_property("wide values", [](std::uint64_t seed) {
        std::mt19937_64 random(seed);
        int width = 65 + static_cast<int>(random() % 200);
        int low = static_cast<int>(random() % static_cast<unsigned>(width));
        int taken = 1 + static_cast<int>(random() % static_cast<unsigned>(width - low));
        int flipped = static_cast<int>(random() % static_cast<unsigned>(width));
        Design design;
        Module& top = design.add_module("top");
        Expression wide = top.input("wide_i", unsigned_type(width)), c = top.input("c_i", unsigned_type(1));
        top.output("slice_o", slice(wide, low, taken));
        top.output("joined_o", concatenate({slice(wide, low, taken), c, wide}));
        top.output("flipped_o", select(c, wide ^ one_bit_set(wide.type(), flipped), zero(wide.type())));
        top.output("any_o", any_bit(wide));
        Simulator simulator(design);
        std::vector<bool> bits;
        for (int i = 0; i < width; ++i) {
            bits.push_back(random() % 2 != 0);
            simulator.set_bits(simulator.port("wide_i"), i, 1, bits.back() ? 1 : 0);
        }
        simulator.set(simulator.port("c_i"), 1);
        simulator.evaluate();
        auto bit = [&](const char* name, int i) {
            return simulator.get_bits(simulator.port(name), i, 1) != 0;
        };
        for (int i = 0; i < taken; ++i) {
            RC_ASSERT(bit("slice_o", i) == bits[static_cast<std::size_t>(low + i)]);
            RC_ASSERT(bit("joined_o", width + 1 + i) == bits[static_cast<std::size_t>(low + i)]);
        }
        RC_ASSERT(bit("joined_o", width));
        for (int i = 0; i < width; ++i) {
            RC_ASSERT(bit("joined_o", i) == bits[static_cast<std::size_t>(i)]);
            RC_ASSERT(bit("flipped_o", i) == (bits[static_cast<std::size_t>(i)] != (i == flipped)));
        }
        RC_ASSERT(simulator.get(simulator.port("any_o")) == 1 ||
                  std::find(bits.begin(), bits.end(), true) == bits.end());
    });
}

BOOST_AUTO_TEST_CASE(registers_take_their_next_values_at_once_and_reset_is_synchronous) {
    Design design;
    Module& top = design.add_module("top");
    Expression a = top.add_register("first", unsigned_type(4), Reset::ToZero);
    Expression b = top.add_register("second", unsigned_type(4), Reset::ToZero);
    top.drive(a, add_modular(b, constant(b.type(), 1)));
    top.drive(b, a);  // a swap: both sides must be read before either is written
    top.output("a_o", a);
    top.output("b_o", b);
    Simulator simulator(design);
    auto values = [&] {
        simulator.evaluate();
        return std::pair(simulator.get(simulator.port("a_o")), simulator.get(simulator.port("b_o")));
    };
    simulator.set(simulator.port("rst_ni"), 1);
    simulator.clock_edge();
    BOOST_TEST((values() == std::pair<std::int64_t, std::int64_t>(1, 0)));
    simulator.clock_edge();
    BOOST_TEST((values() == std::pair<std::int64_t, std::int64_t>(1, 1)));
    simulator.clock_edge();
    BOOST_TEST((values() == std::pair<std::int64_t, std::int64_t>(2, 1)));
    simulator.set(simulator.port("rst_ni"), 0);
    BOOST_TEST((values() == std::pair<std::int64_t, std::int64_t>(2, 1)));
    simulator.clock_edge();
    BOOST_TEST((values() == std::pair<std::int64_t, std::int64_t>(0, 0)));
}

BOOST_AUTO_TEST_CASE(wrong_use_of_the_ports_is_refused) {
    Design design;
    Module& top = design.add_module("top");
    top.output("y_o", ~top.input("a_i", unsigned_type(4)));
    Simulator simulator(design);
    BOOST_CHECK_THROW(simulator.port("b_i"), std::logic_error);
    BOOST_CHECK_THROW(simulator.set(simulator.port("y_o"), 1), std::logic_error);
    BOOST_CHECK_THROW(simulator.set(simulator.port("a_i"), 16), std::logic_error);
    BOOST_CHECK_THROW(simulator.set_bits(simulator.port("a_i"), 2, 3, 0), std::logic_error);
    BOOST_CHECK_THROW(simulator.get(simulator.port("y_o")), std::logic_error);  // not evaluated yet
    simulator.evaluate();
    BOOST_TEST(simulator.get(simulator.port("y_o")) == 15);
}

BOOST_AUTO_TEST_CASE(an_inverted_bit_changes_the_result_and_only_that_bit) {
    Design design;
    Module& top = design.add_module("top");
    top.output("y_o", top.wire("copy", top.input("a_i", signed_type(6))));
    design.invert_bit("top", "copy", 5);
    Simulator simulator(design);
    simulator.set(simulator.port("a_i"), 3);
    simulator.evaluate();
    BOOST_TEST(simulator.get(simulator.port("y_o")) == 3 - 32);
    BOOST_CHECK_THROW(design.invert_bit("top", "a_i", 0), std::logic_error);
    BOOST_CHECK_THROW(design.invert_bit("top", "copy", 6), std::logic_error);
    BOOST_CHECK_THROW(design.invert_bit("top", "none", 0), std::logic_error);
    BOOST_CHECK_THROW(design.invert_bit("none", "copy", 0), std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_reconnected_input_gets_the_other_value_and_outputs_keep_theirs) {
    Design design;
    Module& inverter = design.add_module("inverter");
    inverter.output("y_o", ~inverter.input("a_i", unsigned_type(4)));
    Module& top = design.add_module("top");
    top.input("a_i", unsigned_type(4));
    Expression other = top.input("b_i", unsigned_type(4)), y = top.undriven_wire("y", unsigned_type(4));
    top.instantiate("u_inverter", inverter, {{"a_i", top.reference(top.find("a_i"))}, {"y_o", y}});
    top.output("y_o", y);
    design.reconnect("top", "u_inverter", "a_i", other);
    Simulator simulator(design);
    simulator.set(simulator.port("a_i"), 1);
    simulator.set(simulator.port("b_i"), 3);
    simulator.evaluate();
    BOOST_TEST(simulator.get(simulator.port("y_o")) == 12);
    const Expression bit = constant(unsigned_type(1), 0);
    BOOST_CHECK_THROW(design.reconnect("top", "u_inverter", "a_i", bit), std::logic_error);
    BOOST_CHECK_THROW(design.reconnect("top", "u_inverter", "y_o", other), std::logic_error);
    BOOST_CHECK_THROW(design.reconnect("top", "u_inverter", "b_i", other), std::logic_error);
    BOOST_CHECK_THROW(design.reconnect("top", "u_none", "a_i", other), std::logic_error);
}

BOOST_AUTO_TEST_CASE(prefixed_names_are_those_of_modules_in_instances_too) {
    Design design;
    Module& inverter = design.add_module("inverter");
    inverter.output("y_o", ~inverter.input("a_i", unsigned_type(4)));
    Module& top = design.add_module("top");
    Expression y = top.undriven_output("y_o", unsigned_type(4));
    top.instantiate("u_inverter", inverter, {{"a_i", top.input("a_i", unsigned_type(4))}, {"y_o", y}});
    design.prefix_names("other_");
    BOOST_TEST(design.find("top") == nullptr);
    BOOST_TEST(design.find("other_top") == &top);
    BOOST_TEST(top.instances().front().module->name() == "other_inverter");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::rtl
