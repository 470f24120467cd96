// The unit that arithmetic forms are compared on: macaw_vector_mac, one dot product of L lanes and its
// accumulator, with the same ports, registers, control and latency in every form ("equal pipeline"):
//
//   cycle 1   the beat is in the input registers (valid_i: it counts, first_i: it opens a dot product)
//   cycle 2   the accumulator holds the sum with this beat
//   cycle 3   sum_o shows it
//
// Where a tile begins and ends comes from outside (first_i), so that T is no parameter. A carry-save
// accumulator has a second row of registers, and its final adder works between cycles 2 and 3. Wrap mode.
// testbench/baseline/vector_mac_baseline.sv is the same unit by hand.
#pragma once

#include "hw/arith/dot_product.hpp"
#include "hw/array/array_config.hpp"

namespace macaw::hw {

constexpr const char* kVectorMacUnit = "macaw_vector_mac";

// The design's top; shape.overflow is wrap. `form`: of the structural arithmetic.
rtl::Design vector_mac_unit(const DotProductShape& shape, Arithmetic arithmetic, const StructuralForm& form);

}  // namespace macaw::hw
