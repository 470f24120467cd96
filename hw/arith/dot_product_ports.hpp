// The inputs of macaw_dot_product, the same for all its forms; they are the module's first signals.
#pragma once

#include "hw/arith/dot_product.hpp"

namespace macaw::hw {

struct DotProductPorts {
    rtl::Expression activation, weight, accumulator;
};

// Adds the input ports, the description and the stated widths; the form adds sum_o [sum_bits(shape)].
DotProductPorts add_dot_product_ports(rtl::Module& module, const DotProductShape& shape);

}  // namespace macaw::hw
