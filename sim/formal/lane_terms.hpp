// What the lanes of a structural dot product bring into its bit heap, derived from a unit of one lane: so
// that the exhaustive proof of that one is a proof of all.
//
// The unit of L lanes is right for every input when (1) the unit of one lane is, for all its inputs
// (exhaustive.hpp); (2) the bits that lane l brings are those of the one lane, as functions of the port bits
// l lanes higher (lane_difference); (3) its adders sum the accumulator and all lanes' bits as that one does,
// by elimination (bit_heap_sum.hpp against specification).
#pragma once

#include <string>

#include "hw/arith/dot_product.hpp"
#include "sim/formal/bit_heap_sum.hpp"

namespace macaw::sim {

// The unit of one lane that holds every product, or as much of it as the accumulator of `shape` keeps.
hw::DotProductShape one_lane_of(const hw::DotProductShape& shape);

// The combinational unit with FinalAdder::Operator: the same heap whatever the adder behind it.
const rtl::Module& add_heap(rtl::Design& design, const hw::DotProductShape& shape, hw::StructuralForm form);

// Of the adders of that unit. std::runtime_error where they do not fit together.
LinearForm heap_of(const hw::DotProductShape& shape, const hw::StructuralForm& form);

// The accumulator, in carry-save form both of its rows.
void add_accumulator_terms(LinearForm& form, const hw::DotProductShape& shape, hw::Accumulation accumulation);

// Accumulator (in carry-save form two) plus, for every lane, the form of the unit of one lane.
LinearForm specification(const hw::DotProductShape& shape, const hw::StructuralForm& form);

// Which bit of which lane is made in another way than in the unit of one lane; empty where none is.
std::string lane_difference(const hw::DotProductShape& shape, const hw::StructuralForm& form);

}  // namespace macaw::sim
