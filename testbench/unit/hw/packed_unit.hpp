// The packed dot product with the ports of the other forms: it and the packing in front of it, as one design.
#pragma once

#include <fmt/format.h>

#include "hw/arith/packed_dot_product.hpp"

namespace macaw::hw::testing {

inline void add_packed_unit(rtl::Design& design, const DotProductShape& shape) {
    DotProductUnit unit = add_packed_dot_product(design, shape);
    rtl::Module& top = design.add_module("macaw_packed_unit");
    const int n = shape.activation_bits.bits(), m = shape.weight_bits.bits();
    rtl::Expression activation = top.input("activation_i", rtl::unsigned_type(shape.lanes * n)),
                    weight = top.input("weight_i", rtl::unsigned_type(shape.lanes * m)),
                    accumulator = top.input("accumulator_i", rtl::signed_type(shape.accumulator_bits.bits())),
                    sum = top.undriven_output("sum_o", rtl::signed_type(sum_bits(shape)));
    std::vector<rtl::Connection> connections = {{"accumulator_i", accumulator}, {"sum_o", sum}};
    int word = 0;
    for (const rtl::Expression& value : pack_activations(activation, 0, shape))
        connections.push_back({fmt::format("activation_{}_i", word++), value});
    word = 0;
    for (const rtl::Expression& value : pack_weights(weight, 0, shape))
        connections.push_back({fmt::format("weight_{}_i", word++), value});
    top.instantiate("u_dot_product", *unit.module, std::move(connections));
}

}  // namespace macaw::hw::testing
