// What the structural dot product does with a full heap, with and without a pipeline: the accumulator's bits
// go in, and the sum comes out resolved or as two rows.
#pragma once

#include "hw/arith/bit_heap.hpp"
#include "hw/arith/dot_product_ports.hpp"

namespace macaw::hw {

// Bits [first, first + width) of an unsigned signal, read as a number of this signedness.
void add_number(BitHeap& heap, const rtl::Expression& signal, int first, int width,
                golden::Signedness signedness, int arrival = 0);

// accumulator: the signed input accumulator_i.
void add_accumulator(rtl::Module& module, const rtl::Expression& accumulator, BitHeap& heap);

// The partial products of all lanes; marks bits of the factors that have no influence as unused.
void add_partial_products(rtl::Module& module, const FactorPorts& factors, const DotProductShape& shape,
                          Multiplier multiplier, BitHeap& heap, ArithmeticCost& cost);

// sum_o; with carry-save accumulation the input accumulator_carry_i goes into the heap, and sum_o and
// sum_carry_o come out.
void add_sum_outputs(rtl::Module& module, BitHeap& heap, const DotProductShape& shape,
                     const StructuralForm& form);

// The module macaw_resolve of a carry-save accumulator; adds to `cost`.
rtl::Module& add_resolve(rtl::Design& design, const AdderCells& cells, int width, FinalAdder adder,
                         ArithmeticCost& cost);

}  // namespace macaw::hw
