// The parts of a weight-stationary array that proofs are made about: one element of a column, and the outer
// accumulators below it.
//
// No inner overflow: induction over the positions of a column. Its step is proven for any element: what
// enters from above is inside the bounds that the weights of the rows above set, so is what leaves, and no
// check fails while the column's weights are inside AXE's budget (inner_overflow.hpp). Its start is the top,
// where 0 enters.
#pragma once

#include "golden/datapath.hpp"
#include "hw/array/array_config.hpp"
#include "sim/formal/dot_product_proof.hpp"
#include "sim/formal/prover.hpp"

namespace macaw::sim {

// The step, in trap mode, at datapath.inner_bits.
Property column_overflow_property(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                                  std::int64_t limit);

// Elements of the shortest column that can overflow with one unit of |weight| more than the budget: as many
// as the worst stream has beats. Simulates that column of generated RTL: true where the flag rises with the
// unit and stays low without it.
bool column_of_one_more_overflows(const golden::Datapath& datapath, const hw::ArrayConfig& array);

// macaw_systolic_pe and macaw_outer_bank against references of 64 bits, for a datapath of small_datapath.
Property systolic_element_property(const golden::Datapath& small, const hw::ArrayConfig& array, int slack,
                                   const Fault& fault = {});
Property outer_bank_property(const golden::Datapath& small, const hw::ArrayConfig& array, int slack);

}  // namespace macaw::sim
