// Every rule of the expression builder, broken once: widths and signs are never converted in silence.
#include "hw/rtl/expression.hpp"

#include <boost/test/unit_test.hpp>

#include "hw/rtl/design.hpp"
#include "hw/rtl/print.hpp"

namespace macaw::rtl {

namespace {

struct Fixture {
    Module module{"unit"};
    Expression u4 = module.input("u4_i", unsigned_type(4));
    Expression u5 = module.input("u5_i", unsigned_type(5));
    Expression s4 = module.input("s4_i", signed_type(4));
    Expression u1 = module.input("u1_i", unsigned_type(1));
    Expression wide = module.input("wide_i", unsigned_type(200));
};

// The message must say why.
template <typename Build>
void check_refused(Build&& build, const std::string& reason) {
    BOOST_CHECK_EXCEPTION(build(), std::logic_error, [&](const std::logic_error& error) {
        BOOST_TEST_MESSAGE(error.what());
        return std::string(error.what()).find(reason) != std::string::npos;
    });
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(expression_suite, Fixture)

BOOST_AUTO_TEST_CASE(operands_of_different_width_or_sign_are_refused) {
    check_refused([&] { return u4 & u5; }, "convert one of them by name first");
    check_refused([&] { return u4 ^ s4; }, "unsigned 4-bit and signed 4-bit");
    check_refused([&] { return add_modular(u4, u5); }, "a sum");
    check_refused([&] { return multiply_exact(u4, s4); }, "a product");
    check_refused([&] { return is_equal(s4, u4); }, "a comparison");
    check_refused([&] { return select(u1, u4, u5); }, "a choice");
    check_refused([&] { return select(u4, u5, u5); }, "the condition is one unsigned bit");
}

BOOST_AUTO_TEST_CASE(extend_never_narrows_and_truncate_never_widens) {
    check_refused([&] { return extend(u5, 4); }, "extension of unsigned 5-bit to 4 bits");
    check_refused([&] { return truncate(u4, 5); }, "truncation of unsigned 4-bit to 5 bits");
    BOOST_TEST(resize_modular(u5, 4).width() == 4);
    BOOST_TEST(resize_modular(s4, 9).type().is_signed());
}

BOOST_AUTO_TEST_CASE(constants_must_fit_their_type) {
    check_refused([&] { return constant(unsigned_type(4), 16); }, "16 does not fit");
    check_refused([&] { return constant(signed_type(4), 8); }, "8 does not fit");
    check_refused([&] { return constant(unsigned_type(4), -1); }, "-1 does not fit");
    BOOST_TEST(print_expression(constant(signed_type(4), -8)) == "4'sh8");
}

BOOST_AUTO_TEST_CASE(slices_stay_inside_a_named_signal) {
    check_refused([&] { return slice(u4, 2, 3); }, "bits 2 to 4");
    check_refused([&] { return slice(u4 & u4, 0, 2); }, "make a wire first");
    check_refused([&] { return concatenate({s4, u4}); }, "use as_unsigned");
    check_refused([&] { return any_bit(s4); }, "use as_unsigned");
}

BOOST_AUTO_TEST_CASE(wide_values_are_moved_but_not_calculated_with) {
    check_refused([&] { return add_modular(wide, wide); }, "only up to 64 bits");
    check_refused([&] { return wide & wide; }, "only up to 64 bits");
    check_refused([&] { return as_signed(wide); }, "only up to 64 bits");
    BOOST_TEST(concatenate({wide, slice(wide, 10, 100)}).width() == 300);
}

BOOST_AUTO_TEST_CASE(products_are_exact_and_printed_with_both_factors_widened) {
    Expression product = multiply_exact(s4, as_signed(extend(u4, 5)));
    BOOST_TEST(product.width() == 9);
    BOOST_TEST(print_expression(product) == "9'(s4_i) * 9'($signed(5'(u4_i)))");
}

BOOST_AUTO_TEST_CASE(nested_operators_are_printed_with_parentheses) {
    BOOST_TEST(print_expression((u4 & u4) | ~(u4 ^ u4)) == "(u4_i & u4_i) | ~(u4_i ^ u4_i)");
    BOOST_TEST(print_expression(select(u1, select(u1, u4, u4), u4)) == "u1_i ? (u1_i ? u4_i : u4_i) : u4_i");
    BOOST_TEST(print_expression(add_modular(add_modular(u4, u4), u4)) == "u4_i + u4_i + u4_i");
    BOOST_TEST(print_expression(any_bit(slice(wide, 3, 2))) == "(|wide_i[4:3])");
}

BOOST_AUTO_TEST_CASE(a_signal_is_driven_with_its_own_type_only) {
    Expression wire = module.undriven_wire("wire_a", unsigned_type(4));
    check_refused([&] { module.drive(wire, u5); },
                  "unit.wire_a is unsigned 4-bit, its value is unsigned 5-bit");
    check_refused([&] { module.drive(u4, u4); }, "cannot be driven from inside");
    check_refused([&] { module.drive(u4 & u4, u4); }, "not a signal of module unit");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::rtl
