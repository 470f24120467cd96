// Behavioural form of the dot product, and what both forms share: widths and ports.
#include "hw/arith/dot_product.hpp"

#include <fmt/format.h>

#include "hw/arith/dot_product_ports.hpp"

namespace macaw::hw {

using rtl::Expression;

int sum_bits(const DotProductShape& shape) {
    if (shape.overflow == golden::OverflowMode::Wrap) return shape.accumulator_bits.bits();
    // Exact for every bit pattern, also for the weight -2^(M-1) that symmetric codes never have.
    golden::Range activation = golden::range_of(shape.activation_bits, shape.activation_signedness);
    golden::Range weight = golden::range_of(shape.weight_bits, golden::Signedness::Signed);
    golden::Range accumulator = golden::range_of(shape.accumulator_bits, golden::Signedness::Signed);
    std::int64_t least = std::min(activation.max * weight.min, activation.min * weight.max);
    std::int64_t most = std::max(activation.max * weight.max, activation.min * weight.min);
    std::int64_t min = accumulator.min + shape.lanes * least, max = accumulator.max + shape.lanes * most;
    int bits = shape.accumulator_bits.bits();
    while (bits < 63 && ((min >> (bits - 1)) < -1 || (max >> (bits - 1)) > 0)) ++bits;
    return bits;
}

DotProductPorts add_dot_product_ports(rtl::Module& module, const DotProductShape& shape) {
    int n = shape.activation_bits.bits(), m = shape.weight_bits.bits();
    module.describe({"accumulator_i + activation . weight over all lanes, combinational.",
                     shape.overflow == golden::OverflowMode::Wrap
                         ? "Modulo 2^P: what the accumulator will drop is not computed."
                         : "Exact: the sum is range-checked by the unit around this module."});
    module.state({"L", fmt::format("{}", shape.lanes), "products (lanes)"});
    module.state({"N", fmt::format("{}", n),
                  fmt::format("activation bits, {}", to_string(shape.activation_signedness))});
    module.state({"M", fmt::format("{}", m), "weight bits, signed"});
    module.state({"P", fmt::format("{}", shape.accumulator_bits.bits()), "accumulator bits"});
    module.state({"W", fmt::format("{}", sum_bits(shape)), "sum bits"});
    Expression activation =
        module.input("activation_i", rtl::unsigned_type(shape.lanes * n), "lane l at bit l*N");
    Expression weight = module.input("weight_i", rtl::unsigned_type(shape.lanes * m), "lane l at bit l*M");
    Expression accumulator = module.input("accumulator_i", rtl::signed_type(shape.accumulator_bits.bits()));
    return {activation, weight, accumulator};
}

DotProductUnit add_behavioural_dot_product(rtl::Design& design, const DotProductShape& shape) {
    rtl::Module& module = design.add_module("macaw_dot_product");
    DotProductPorts ports = add_dot_product_ports(module, shape);
    int n = shape.activation_bits.bits(), m = shape.weight_bits.bits();
    int width = sum_bits(shape);
    Expression sum = rtl::resize_modular(ports.accumulator, width);
    std::vector<Expression> dropped;  // the bits of narrow accumulators that wrap mode does not need
    for (int lane = 0; lane < shape.lanes; ++lane) {
        Expression activation = rtl::slice(ports.activation, lane * n, n);
        // An unsigned activation gets a sign bit 0, so that the product is one of two signed numbers.
        bool is_signed = shape.activation_signedness == golden::Signedness::Signed;
        Expression signed_activation =
            rtl::as_signed(is_signed ? activation : rtl::extend(activation, n + 1));
        Expression weight = rtl::as_signed(rtl::slice(ports.weight, lane * m, m));
        Expression product =
            module.wire(fmt::format("product_{}", lane), rtl::multiply_exact(signed_activation, weight));
        sum = rtl::add_modular(sum, rtl::resize_modular(product, width));
        if (product.width() > width) dropped.push_back(rtl::slice(product, width, product.width() - width));
    }
    if (!dropped.empty()) module.mark_unused(rtl::concatenate(dropped));
    module.output("sum_o", sum);
    ArithmeticCost cost;
    cost.multipliers = shape.lanes;
    return {&module, nullptr, cost};
}

}  // namespace macaw::hw
