// Operand gates in the elements of a weight-stationary array: the array with them equals the one without.
//
// The argument, from an element to the array as it is configured:
//   flow    a flag goes along a row with every activation; where it is low, the activation is an old one and
//           the true one is 0. An element hands this on as it got it, so by induction over the columns of a
//           row it is so in each.
//   sums    a product that counts is that of the true activation, one that does not count is 0, as is that of
//           the true activation. By induction over the rows of a column, partial sums and flags are equal.
//   wiring  the first flags say which activations are 0, each next one comes from the element that its
//           activation comes from, and all else is the array without gates.
// Flow and sums are solvers' work on one element, wiring is read off the graph that is printed. A whole small
// array against the one without gates is proven beside it, without this argument.
#pragma once

#include "golden/datapath.hpp"
#include "hw/array/array_config.hpp"
#include "sim/formal/dot_product_proof.hpp"

namespace macaw::sim {

// By induction. misses_one: the gate stays shut for an activation of 1 too.
Property gated_flow_property(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                             bool misses_one = false, const Fault& fault = {});

// Complete within cycles_of_gated_sums(array) cycles, for a product that counts or one that does not.
Property gated_sums_property(const golden::Datapath& datapath, const hw::ArrayConfig& array, bool counts,
                             const Fault& fault = {});
int cycles_of_gated_sums(const hw::ArrayConfig& array);

// What else than gates and their flags tells the array from the one without, or which flag does not belong to
// its activation; empty where nothing does.
Expected<std::string> gated_wiring_difference(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                                              const Fault& fault = {});

// For Prover::reachability: 2 x 2 elements of words of two bits, passes of 2 tokens at most.
Expected<Property> gated_array_property(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                                        const Fault& fault = {});

// Faults for negative controls.
void invert_flag(rtl::Design& design);        // of an element, before it is used and handed on
Fault stuck_mask(bool counts);                // an element's product counts always, or never
void invert_first_flag(rtl::Design& design);  // in front of the array's first row
void misplace_flag(rtl::Design& design);      // that of row 1 goes to row 0 of the second column

}  // namespace macaw::sim
