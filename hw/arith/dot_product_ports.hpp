// The inputs of macaw_dot_product, the same for all its forms; they are the module's first signals.
#pragma once

#include "hw/arith/dot_product.hpp"

namespace macaw::hw {

// The codes of some lanes: lane l at bit l*N and l*M, and at bit l whether its product counts.
struct FactorPorts {
    rtl::Expression activation, weight;
    std::optional<rtl::Expression> nonzero;  // of shapes that mask products
};

struct DotProductPorts {
    FactorPorts factors;
    rtl::Expression accumulator;
    std::vector<rtl::Expression> stages;  // [extra_stages] stage_<k>_i: register stage k takes new data
};

// Adds activation_i and weight_i, and nonzero_i where the shape masks products.
FactorPorts add_factor_ports(rtl::Module& module, const DotProductShape& shape);

// Adds the input ports, the description and the stated widths; the form adds sum_o [sum_bits(shape)].
DotProductPorts add_dot_product_ports(rtl::Module& module, const DotProductShape& shape,
                                      Pipeline pipeline = Pipeline::None);

// Without the mask. Exact; an unsigned factor beside a signed one gets a sign bit 0, so that it is a product
// of two signed numbers.
rtl::Expression product_of_lane(const FactorPorts& factors, const DotProductShape& shape, int lane);

// The product of a lane where it counts, else 0.
rtl::Expression masked_product(const FactorPorts& factors, int lane, const rtl::Expression& product);

// A register <name>_q of the type of `value` that takes it while `enable` is high.
rtl::Expression add_held_register(rtl::Module& module, const std::string& name, const rtl::Expression& enable,
                                  const rtl::Expression& value);

}  // namespace macaw::hw
