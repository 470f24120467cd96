// Each precondition of verify(), violated once, beside a design that has nothing wrong.
#include "hw/rtl/verify.hpp"

#include <boost/test/unit_test.hpp>

#include "hw/rtl/print.hpp"
#include "hw/rtl/simulator.hpp"

namespace macaw::rtl {

namespace {

const Type kBit = unsigned_type(1);

void check_found(const Design& design, const std::string& problem) {
    std::string all;
    for (const std::string& found : verify(design)) all += found + "\n";
    BOOST_TEST(all.find(problem) != std::string::npos, "expected \"" << problem << "\", found: " << all);
    BOOST_CHECK_THROW(Simulator simulator(design), std::logic_error);
    BOOST_CHECK_THROW(print_design(design, "test"), std::logic_error);
}

// a_i -> inverter -> y_o
Module& add_inverter(Design& design) {
    Module& inverter = design.add_module("inverter");
    inverter.output("y_o", ~inverter.input("a_i", kBit));
    return inverter;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(verify_suite)

BOOST_AUTO_TEST_CASE(a_sound_design_has_no_problem) {
    Design design;
    Module& inverter = add_inverter(design);
    Module& top = design.add_module("top");
    Expression inverted = top.undriven_wire("inverted", kBit);
    Expression q = top.add_register("state", kBit, Reset::ToZero);
    top.instantiate("u_inverter", inverter, {{"a_i", q}, {"y_o", inverted}});
    top.drive(q, inverted);
    top.output("state_o", q);
    BOOST_TEST(verify(design).empty());
}

BOOST_AUTO_TEST_CASE(an_empty_design_is_a_problem) {
    check_found(Design(), "has no module");
}

BOOST_AUTO_TEST_CASE(undriven_signals_are_found) {
    Design design;
    Module& top = design.add_module("top");
    top.undriven_wire("nothing", kBit);
    top.undriven_output("void_o", kBit);
    top.add_register("frozen", kBit, Reset::None);
    check_found(design, "top: nothing is driven 0 times, not once");
    check_found(design, "top: void_o is driven 0 times");
    check_found(design, "top: frozen_q is driven 0 times");
}

BOOST_AUTO_TEST_CASE(doubly_driven_signals_are_found) {
    Design design;
    Module& inverter = add_inverter(design);
    Module& top = design.add_module("top");
    Expression a = top.input("a_i", kBit);
    Expression both = top.wire("both", a);
    top.drive(both, ~a);
    Expression mixed = top.wire("mixed", a);
    top.instantiate("u_inverter", inverter, {{"a_i", a}, {"y_o", mixed}});
    check_found(design, "both is driven 2 times");
    check_found(design, "mixed is driven 2 times");
}

BOOST_AUTO_TEST_CASE(a_register_driven_by_an_instance_is_found) {
    Design design;
    Module& inverter = add_inverter(design);
    Module& top = design.add_module("top");
    Expression q = top.add_register("state", kBit, Reset::None);
    top.instantiate("u_inverter", inverter, {{"a_i", q}, {"y_o", q}});
    check_found(design, "register state_q is driven by an instance");
}

BOOST_AUTO_TEST_CASE(combinational_loops_are_found_also_through_instances) {
    Design design;
    Module& inverter = add_inverter(design);
    Module& top = design.add_module("top");
    Expression a = top.undriven_wire("ring", kBit), b = top.undriven_wire("back", kBit);
    top.instantiate("u_inverter", inverter, {{"a_i", a}, {"y_o", b}});
    top.drive(a, b);
    check_found(design, "depends on itself without a register in between");
}

BOOST_AUTO_TEST_CASE(a_loop_through_a_registered_instance_is_none) {
    Design design;
    Module& delay = design.add_module("delay");
    Expression d = delay.input("d_i", kBit);
    Expression q = delay.add_register("delayed", kBit, Reset::ToZero);
    delay.drive(q, d);
    delay.output("q_o", q);
    Module& top = design.add_module("top");
    Expression back = top.undriven_wire("back", kBit);
    top.instantiate("u_delay", delay, {{"d_i", ~back}, {"q_o", back}});
    top.output("back_o", back);
    BOOST_TEST(verify(design).empty());
}

BOOST_AUTO_TEST_CASE(open_and_repeated_ports_of_instances_are_found) {
    Design design;
    Module& inverter = add_inverter(design);
    Module& top = design.add_module("top");
    Expression a = top.input("a_i", kBit);
    top.instantiate("u_open", inverter, {{"a_i", a}});
    top.instantiate("u_twice", inverter, {{"a_i", a}, {"a_i", a}, {"y_o", top.undriven_wire("y", kBit)}});
    check_found(design, "port y_o of instance u_open is connected 0 times");
    check_found(design, "port a_i of instance u_twice is connected 2 times");
    BOOST_CHECK_THROW(top.instantiate("u_bad", inverter, {{"z_i", a}}), std::logic_error);
}

BOOST_AUTO_TEST_CASE(modules_must_be_added_before_they_are_used) {
    Design design, other;
    Module& stranger = add_inverter(other);
    Module& top = design.add_module("top");
    top.instantiate("u_stranger", stranger,
                    {{"a_i", top.input("a_i", kBit)}, {"y_o", top.undriven_wire("y", kBit)}});
    check_found(design, "u_stranger is of a module that is not in the design before this one");
}

BOOST_AUTO_TEST_CASE(names_are_legal_unique_and_follow_the_port_convention) {
    Design design;
    Module& top = design.add_module("top");
    Expression a = top.input("a_i", kBit);
    top.input("missing_suffix", kBit);
    top.output("result", a);
    top.wire("logic", a);
    top.wire("CamelCase", a);
    top.wire("same", a);
    top.wire("same", a);
    top.wire("state_d", a);
    top.drive(top.add_register("state", kBit, Reset::None), a);
    design.add_module("top").output("y_o", constant(kBit, 1));
    check_found(design, "input missing_suffix does not end in _i");
    check_found(design, "output result does not end in _o");
    check_found(design, "\"logic\" is not a legal name");
    check_found(design, "\"CamelCase\" is not a legal name");
    check_found(design, "the name same is used twice");
    check_found(design, "the name state_d is used twice");
    check_found(design, "the module name top is used twice");
}

BOOST_AUTO_TEST_CASE(reading_the_clock_or_another_module_is_found) {
    Design design;
    Module& other = design.add_module("other");
    Expression foreign = other.wire("foreign", constant(kBit, 0));
    Module& top = design.add_module("top");
    top.use_clock();
    top.wire("gated", top.reference(top.find("clk_i")) & top.input("enable_i", kBit));
    top.wire("stolen", foreign);
    check_found(design, "gated reads the clock");
    check_found(design, "stolen reads a signal of another module");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::rtl
