#include "hw/array/weight_stationary_element.hpp"

#include <fmt/format.h>

#include "hw/arith/dot_product_ports.hpp"
#include "hw/arith/range_check.hpp"
#include "hw/array/processing_element.hpp"

namespace macaw::hw {

using rtl::Connection;
using rtl::Expression;

namespace {

const rtl::Type kBit = rtl::unsigned_type(1);

void describe(rtl::Module& pe, const golden::Datapath& datapath) {
    pe.describe(
        {"Element of a weight-stationary array: partial_sum_o = partial_sum_i + activation * weight.",
         "The weight is double-buffered: the shadow register is loaded while the weight register works."});
    pe.state({"N", fmt::format("{}", datapath.activation_bits.bits()),
              fmt::format("activation bits, {}", to_string(datapath.activation_signedness))});
    pe.state({"M", fmt::format("{}", datapath.weight_bits.bits()),
              fmt::format("weight bits, {}", to_string(datapath.weight_signedness))});
    pe.state({"P_I", fmt::format("{}", datapath.inner_bits.bits()),
              fmt::format("inner accumulator bits, {}", to_string(datapath.inner_overflow))});
}

Expression add_register_of(rtl::Module& pe, const std::string& name, const Expression& value,
                           const std::string& comment = {}) {
    Expression q = pe.add_register(name, value.type(), rtl::Reset::None, comment);
    pe.drive(q, value);
    return q;
}

}  // namespace

SystolicElement add_systolic_element(rtl::Design& design, const golden::Datapath& datapath,
                                     const ArrayConfig& array) {
    DotProductUnit unit = add_dot_product_of(design, datapath, array);
    rtl::Module& pe = design.add_module("macaw_systolic_pe");
    describe(pe, datapath);
    pe.use_clock();
    Expression activation_in = pe.input("activation_i", rtl::unsigned_type(datapath.activation_bits.bits()));
    Expression swap = pe.input("swap_i", kBit, "the token is the first of a new tile");
    Expression load = pe.input("load_i", kBit, "the shadow register takes weight_i");
    Expression weight_in = pe.input("weight_i", rtl::unsigned_type(datapath.weight_bits.bits()));
    Expression sum_in =
        pe.input("partial_sum_i", rtl::signed_type(datapath.inner_bits.bits()), "of the rows above");

    Expression shadow = add_held_register(pe, "shadow", load, weight_in);
    Expression weight = add_held_register(pe, "weight", swap, shadow);
    // With operand gating a 0 does not enter: the register and the multiplier behind it hold, here and in the
    // columns that follow.
    const bool gated = array.gating == Gating::ZeroOperand;
    std::optional<Expression> nonzero_in, nonzero;
    if (gated) {
        nonzero_in = pe.input("nonzero_i", kBit, "the activation is not 0; else activation_i is an old one");
        nonzero = add_register_of(pe, "nonzero", *nonzero_in);
    }
    Expression activation = gated ? add_held_register(pe, "activation", *nonzero_in, activation_in)
                                  : add_register_of(pe, "activation", activation_in);
    Expression next_swap = add_register_of(pe, "swap", swap);

    Expression sum = pe.undriven_wire("inner_sum", rtl::signed_type(inner_sum_bits(datapath, array)),
                                      "before the range check");
    std::vector<Connection> connections = {
        {"activation_i", activation}, {"weight_i", weight}, {"accumulator_i", sum_in}, {"sum_o", sum}};
    for (int stage = 1; stage <= extra_stages(array.pipeline); ++stage)
        connections.push_back({fmt::format("stage_{}_i", stage), rtl::constant(kBit, 1)});
    if (nonzero) connections.push_back({"nonzero_i", *nonzero});
    pe.instantiate("u_dot_product", *unit.module, std::move(connections));
    CheckedSum checked = add_range_check(pe, "inner_sum", sum, datapath.inner_bits, datapath.inner_overflow);
    Expression partial_sum = add_register_of(pe, "partial_sum", checked.value);

    pe.output("activation_o", activation, "to the next column");
    if (nonzero) pe.output("nonzero_o", *nonzero);
    pe.output("swap_o", next_swap);
    pe.output("partial_sum_o", partial_sum, "to the next row");
    if (checked.overflow) {
        Expression above = pe.input("overflow_i", kBit, "some check of the rows above failed");
        pe.output("overflow_o", add_register_of(pe, "overflow", above | *checked.overflow));
    }
    return {&pe, unit.cost};
}

}  // namespace macaw::hw
