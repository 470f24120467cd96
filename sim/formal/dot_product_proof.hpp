// Properties of the dot product unit that solvers decide: small units of any form and pipeline against `*`
// and `+`, and the final adder at its full width. The parts of a large unit: lane_terms.hpp.
#pragma once

#include <functional>

#include "hw/arith/dot_product.hpp"
#include "hw/array/array_config.hpp"
#include "sim/formal/prover.hpp"

namespace macaw::sim {

// A fault for negative controls.
using Fault = std::function<void(rtl::Design&)>;

// The unit of `array` (arithmetic, form, pipeline) of this shape. Complete within cycles_of(array) cycles.
// slack: 0; 1 makes the reference wrong.
Property dot_product_property(const hw::DotProductShape& shape, const hw::ArrayConfig& array, int slack,
                              const Fault& fault = {});
int cycles_of(const hw::ArrayConfig& array);

// The gate of a lane against plain operand registers, by induction.
Property operand_gate_property(const hw::DotProductShape& shape, const Fault& fault = {});

// Two lanes of 3 x 3 bits at most, and an accumulator of `accumulator_bits`.
hw::DotProductShape small_shape(const golden::Datapath& datapath, int lanes,
                                golden::BitWidth accumulator_bits);

// Not for FinalAdder::Operator.
Property adder_property(hw::FinalAdder adder, int width, const Fault& fault = {});

}  // namespace macaw::sim
