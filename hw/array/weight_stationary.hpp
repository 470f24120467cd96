// The weight-stationary array: T x C elements that keep a tile of weights for R tokens. Tokens enter from the
// left, row t one cycle after row t-1; their partial sums of P_I bits flow down, so that a column is a tile
// and every product is checked (products_per_check = 1); below each column stand R outer accumulators of P_O
// bits.
#pragma once

#include "hw/arith/arithmetic_cost.hpp"
#include "hw/array/weight_stationary_control.hpp"

namespace macaw::hw {

SystolicTiming systolic_timing(const golden::Datapath& datapath, const ArrayConfig& array);

// Adds the top module macaw_array and what it is made of; returns the cost of one element.
ArithmeticCost add_weight_stationary_array(rtl::Design& design, const golden::Datapath& datapath,
                                           const ArrayConfig& array);

}  // namespace macaw::hw
