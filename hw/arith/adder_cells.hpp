// Modules full_adder and half_adder, which synthesis maps onto the library's cells.
#pragma once

#include "hw/rtl/design.hpp"

namespace macaw::hw {

struct AdderCells {
    const rtl::Module* full_adder = nullptr;
    const rtl::Module* half_adder = nullptr;
};
AdderCells add_adder_cells(rtl::Design& design);

struct AddedBits {
    rtl::Expression sum;
    rtl::Expression carry;
};
// Instances u_full_adder_<suffix> of a, b, c and u_half_adder_<suffix> of a, b; wires sum_<suffix> and
// carry_<suffix>.
AddedBits instantiate_full_adder(rtl::Module& module, const AdderCells& cells, const std::string& suffix,
                                 const rtl::Expression& a, const rtl::Expression& b,
                                 const rtl::Expression& c);
AddedBits instantiate_half_adder(rtl::Module& module, const AdderCells& cells, const std::string& suffix,
                                 const rtl::Expression& a, const rtl::Expression& b);

}  // namespace macaw::hw
