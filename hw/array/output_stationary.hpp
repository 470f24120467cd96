// The output-stationary array: R x C dot product units that keep their accumulators; row = token, column =
// output channel. Every beat brings L products for each of them.
#pragma once

#include "hw/arith/arithmetic_cost.hpp"
#include "hw/array/array_config.hpp"
#include "hw/rtl/design.hpp"

namespace macaw::hw {

// Adds the top module macaw_array and what it is made of; returns the cost of one element.
ArithmeticCost add_output_stationary_array(rtl::Design& design, const golden::Datapath& datapath,
                                           const ArrayConfig& array);

}  // namespace macaw::hw
