#include "hw/arith/operand_gate.hpp"

#include "hw/arith/dot_product_ports.hpp"

namespace macaw::hw {

using rtl::Expression;

rtl::Module& add_operand_gate(rtl::Design& design, const DotProductShape& shape) {
    const rtl::Type bit = rtl::unsigned_type(1);
    rtl::Module& gate = design.add_module("macaw_operand_gate");
    gate.describe(
        {"Operand registers of one lane; they hold while an operand is 0, so that the multiplier rests.",
         "nonzero_o says that they are those of the last beat; its product is 0 otherwise."});
    Expression enable = gate.input("enable_i", bit, "a beat is taken");
    Expression activation = gate.input("activation_i", rtl::unsigned_type(shape.activation_bits.bits()));
    Expression weight = gate.input("weight_i", rtl::unsigned_type(shape.weight_bits.bits()));
    Expression nonzero = gate.wire("nonzero", rtl::any_bit(activation) & rtl::any_bit(weight));
    Expression load = gate.wire("load", enable & nonzero);
    gate.output("activation_o", add_held_register(gate, "activation", load, activation));
    gate.output("weight_o", add_held_register(gate, "weight", load, weight));
    gate.output("nonzero_o", add_held_register(gate, "product_counts", enable, nonzero));
    return gate;
}

}  // namespace macaw::hw
