// Behavioural form of the dot product, and what both forms share: widths and ports.
#include "hw/arith/dot_product.hpp"

#include <fmt/format.h>

#include "hw/arith/dot_product_ports.hpp"

namespace macaw::hw {

using rtl::Expression;

namespace {

// Of all lanes' products.
golden::Range products_range(const DotProductShape& shape) {
    golden::Range activation = shape.activation_range(), weight = shape.weight_range();
    return {shape.lanes * std::min(activation.max * weight.min, activation.min * weight.max),
            shape.lanes * std::max(activation.max * weight.max, activation.min * weight.min)};
}

bool is_signed(golden::Signedness signedness) {
    return signedness == golden::Signedness::Signed;
}

// Of a signed number in this range, `least` or more.
int signed_bits(golden::Range range, int least) {
    int bits = least;
    while (bits < 63 && ((range.min >> (bits - 1)) < -1 || (range.max >> (bits - 1)) > 0)) ++bits;
    return bits;
}

}  // namespace

int sum_bits(const DotProductShape& shape) {
    if (shape.overflow == golden::OverflowMode::Wrap) return shape.accumulator_bits.bits();
    golden::Range accumulator = golden::range_of(shape.accumulator_bits, golden::Signedness::Signed);
    golden::Range products = products_range(shape);
    return signed_bits({accumulator.min + products.min, accumulator.max + products.max},
                       shape.accumulator_bits.bits());
}

int products_sum_bits(const DotProductShape& shape) {
    return signed_bits(products_range(shape), 1) - (is_signed(shape.product_signedness()) ? 0 : 1);
}

namespace {

// A factor that is unsigned beside a signed one has a sign bit more.
int exact_product_bits(const DotProductShape& shape) {
    return shape.product_bits() + (shape.activation_signedness == shape.weight_signedness ? 0 : 1);
}

// In which the behavioural form adds.
int word_bits(const DotProductShape& shape) {
    constexpr int kMachineWord = 32;
    return std::max({kMachineWord, exact_product_bits(shape), sum_bits(shape), products_sum_bits(shape)});
}

}  // namespace

int product_wire_bits(const DotProductShape& shape, Pipeline pipeline) {
    return registers_products(pipeline) ? exact_product_bits(shape) : word_bits(shape);
}

FactorPorts add_factor_ports(rtl::Module& module, const DotProductShape& shape) {
    FactorPorts ports{
        module.input("activation_i", rtl::unsigned_type(shape.lanes * shape.activation_bits.bits()),
                     "lane l at bit l*N"),
        module.input("weight_i", rtl::unsigned_type(shape.lanes * shape.weight_bits.bits()),
                     "lane l at bit l*M"),
        std::nullopt};
    if (shape.masks_products)
        ports.nonzero = module.input("nonzero_i", rtl::unsigned_type(shape.lanes),
                                     "lane l at bit l: its product counts, or is 0");
    return ports;
}

Expression masked_product(const FactorPorts& factors, int lane, const Expression& product) {
    if (!factors.nonzero) return product;
    return rtl::select(rtl::bit(*factors.nonzero, lane), product, rtl::zero(product.type()));
}

DotProductPorts add_dot_product_ports(rtl::Module& module, const DotProductShape& shape, Pipeline pipeline) {
    int n = shape.activation_bits.bits(), m = shape.weight_bits.bits();
    module.describe({pipeline == Pipeline::None
                         ? std::string("accumulator_i + activation . weight over all lanes, combinational.")
                         : fmt::format("accumulator_i + activation . weight over all lanes, the products of "
                                       "{} register stage{} before.",
                                       extra_stages(pipeline), extra_stages(pipeline) == 1 ? "" : "s"),
                     shape.overflow == golden::OverflowMode::Wrap
                         ? "Modulo 2^P: what the accumulator will drop is not computed."
                         : "Exact: the sum is range-checked by the unit around this module."});
    module.state({"L", fmt::format("{}", shape.lanes), "products (lanes)"});
    module.state({"N", fmt::format("{}", n),
                  fmt::format("activation bits, {}", to_string(shape.activation_signedness))});
    module.state(
        {"M", fmt::format("{}", m), fmt::format("weight bits, {}", to_string(shape.weight_signedness))});
    module.state({"P", fmt::format("{}", shape.accumulator_bits.bits()), "accumulator bits"});
    module.state({"W", fmt::format("{}", sum_bits(shape)), "sum bits"});
    FactorPorts factors = add_factor_ports(module, shape);
    Expression accumulator = module.input("accumulator_i", rtl::signed_type(shape.accumulator_bits.bits()));
    DotProductPorts ports{factors, accumulator, {}};
    for (int stage = 1; stage <= extra_stages(pipeline); ++stage)
        ports.stages.push_back(module.input(fmt::format("stage_{}_i", stage), rtl::unsigned_type(1),
                                            fmt::format("register stage {} takes new data", stage)));
    return ports;
}

Expression product_of_lane(const FactorPorts& factors, const DotProductShape& shape, int lane) {
    const int n = shape.activation_bits.bits(), m = shape.weight_bits.bits();
    Expression activation = rtl::slice(factors.activation, lane * n, n);
    Expression weight = rtl::slice(factors.weight, lane * m, m);
    if (!is_signed(shape.product_signedness())) return rtl::multiply_exact(activation, weight);
    auto factor = [](const Expression& code, bool has_sign) {
        return rtl::as_signed(has_sign ? code : rtl::extend(code, code.width() + 1));
    };
    return rtl::multiply_exact(factor(activation, shape.has_signed_activations()),
                               factor(weight, shape.has_signed_weights()));
}

Expression add_held_register(rtl::Module& module, const std::string& name, const Expression& enable,
                             const Expression& value) {
    Expression q = module.add_register(name, value.type(), rtl::Reset::None);
    module.drive(q, rtl::select(enable, value, q));
    return q;
}

DotProductUnit add_behavioural_dot_product(rtl::Design& design, const DotProductShape& shape,
                                           Pipeline pipeline) {
    rtl::Module& module = design.add_module("macaw_dot_product");
    DotProductPorts ports = add_dot_product_ports(module, shape, pipeline);
    const int width = sum_bits(shape);
    const int term_width = std::min(width, products_sum_bits(shape));  // of the tree's register
    const int kept = std::min(shape.product_bits(), width);            // of a product's register
    const int word = word_bits(shape);
    Expression sum = rtl::resize_modular(ports.accumulator, word);
    std::optional<Expression> tree;   // the sum of the products, where it has a register of its own
    std::vector<Expression> dropped;  // the bits of products that wrap mode does not need
    for (int lane = 0; lane < shape.lanes; ++lane) {
        const std::string name = fmt::format("product_{}", lane);
        Expression product = product_of_lane(ports.factors, shape, lane);
        if (registers_products(pipeline)) {
            // A product fits N+M bits; that of an unsigned factor and a signed one was computed with a sign
            // bit more.
            product = module.wire(name, product);
            if (product.width() > kept) dropped.push_back(rtl::slice(product, kept, product.width() - kept));
            product = masked_product(ports.factors, lane, rtl::resize_modular(product, kept));
            product = add_held_register(module, name, ports.stages.front(), product);
            product = rtl::as_signed(rtl::resize_modular(product, word));
        } else {
            product = rtl::as_signed(rtl::resize_modular(product, word));
            product = module.wire(name, masked_product(ports.factors, lane, product));
            // A single product goes into the tree's register as it is.
            if (registers_tree(pipeline) && shape.lanes == 1 && word > term_width)
                dropped.push_back(rtl::slice(product, term_width, word - term_width));
        }
        if (registers_tree(pipeline))
            tree = tree ? rtl::add_modular(*tree, product) : product;
        else
            sum = rtl::add_modular(sum, product);
    }
    if (tree) {
        Expression kept_tree = rtl::resize_modular(*tree, term_width);
        if (!is_signed(shape.product_signedness())) kept_tree = rtl::as_unsigned(kept_tree);
        Expression held = add_held_register(module, "tree", ports.stages.back(), kept_tree);
        sum = rtl::add_modular(sum, rtl::as_signed(rtl::resize_modular(held, word)));
    }
    if (!dropped.empty()) module.mark_unused(rtl::concatenate(dropped));
    module.output("sum_o", rtl::resize_modular(sum, width));
    ArithmeticCost cost;
    cost.multipliers = shape.lanes;
    return {&module, nullptr, cost};
}

}  // namespace macaw::hw
