#include "hw/arith/adder_cells.hpp"

namespace macaw::hw {

using rtl::Expression;

namespace {

const rtl::Type kBit = rtl::unsigned_type(1);

AddedBits instantiate(rtl::Module& module, const rtl::Module& cell, const std::string& suffix,
                      std::vector<rtl::Connection> inputs) {
    AddedBits bits{module.undriven_wire("sum_" + suffix, kBit),
                   module.undriven_wire("carry_" + suffix, kBit)};
    inputs.push_back({"sum_o", bits.sum});
    inputs.push_back({"carry_o", bits.carry});
    module.instantiate("u_" + cell.name() + "_" + suffix, cell, std::move(inputs));
    return bits;
}

}  // namespace

AdderCells add_adder_cells(rtl::Design& design) {
    rtl::Module& full = design.add_module("full_adder");
    full.describe(
        {"a_i + b_i + c_i = 2 * carry_o + sum_o. Synthesis may replace it by the library's full adder."});
    Expression a = full.input("a_i", kBit), b = full.input("b_i", kBit), c = full.input("c_i", kBit);
    Expression half_sum = full.wire("half_sum", a ^ b);
    full.output("sum_o", half_sum ^ c);
    full.output("carry_o", (a & b) | (half_sum & c));

    rtl::Module& half = design.add_module("half_adder");
    half.describe({"a_i + b_i = 2 * carry_o + sum_o. Synthesis may replace it by the library's half adder."});
    Expression x = half.input("a_i", kBit), y = half.input("b_i", kBit);
    half.output("sum_o", x ^ y);
    half.output("carry_o", x & y);
    return {&full, &half};
}

AddedBits instantiate_full_adder(rtl::Module& module, const AdderCells& cells, const std::string& suffix,
                                 const Expression& a, const Expression& b, const Expression& c) {
    return instantiate(module, *cells.full_adder, suffix, {{"a_i", a}, {"b_i", b}, {"c_i", c}});
}

AddedBits instantiate_half_adder(rtl::Module& module, const AdderCells& cells, const std::string& suffix,
                                 const Expression& a, const Expression& b) {
    return instantiate(module, *cells.half_adder, suffix, {{"a_i", a}, {"b_i", b}});
}

}  // namespace macaw::hw
