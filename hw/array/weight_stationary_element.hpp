// The processing element macaw_systolic_pe of the weight-stationary array: one product a cycle.
//
//   weight     load_i takes weight_i into the shadow register; swap_i, which arrives with the first token of
//   a
//              tile, moves the shadow into the weight register
//   token      activation_i -> register -> multiplied; the next column gets the register's value
//   (activation_o) sum        partial_sum_o = check(partial_sum_i + product), P_I bits, flows down the
//   column; a flag flows with
//              it where the mode has one
// Nothing stalls in here: tokens that are not valid flow like others and are ignored below the column.
#pragma once

#include "hw/arith/dot_product.hpp"
#include "hw/array/array_config.hpp"

namespace macaw::hw {

struct SystolicElement {
    rtl::Module* module = nullptr;
    ArithmeticCost cost;
};
SystolicElement add_systolic_element(rtl::Design& design, const golden::Datapath& datapath,
                                     const ArrayConfig& array);

}  // namespace macaw::hw
