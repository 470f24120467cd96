#include "hw/arith/dot_product.hpp"
namespace macaw::hw {
DotProductUnit add_dadda_dot_product(rtl::Design& d, const DotProductShape& s) {
    return add_behavioural_dot_product(d, s);
}
}  // namespace macaw::hw
