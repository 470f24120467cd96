// The one carry propagation of a unit: two rows become their sum modulo 2^width.
#pragma once

#include <span>
#include <vector>

#include "hw/arith/adder_cells.hpp"
#include "hw/arith/arithmetic_cost.hpp"
#include "hw/arith/structural_form.hpp"

namespace macaw::hw {

// a, b: unsigned bits of the columns, least significant first, equally many. The sum's bits, likewise. Wires
// are named <name>_*, adders after `name` too. Adds what it makes to `cost`. Not for FinalAdder::Operator.
std::vector<rtl::Expression> add_carry_propagate_adder(rtl::Module& module, const AdderCells& cells,
                                                       const std::string& name,
                                                       std::span<const rtl::Expression> a,
                                                       std::span<const rtl::Expression> b, FinalAdder kind,
                                                       ArithmeticCost& cost);

// b with `zeros` columns of 0 below it.
rtl::Expression shifted_up(const rtl::Expression& b, int zeros);

// a + b * 2^first_of_b modulo 2^width, with any FinalAdder. a [width] and b [width - first_of_b] are unsigned
// signals; unsigned [width].
rtl::Expression sum_of_rows(rtl::Module& module, const AdderCells& cells, const rtl::Expression& a,
                            const rtl::Expression& b, int first_of_b, FinalAdder kind, ArithmeticCost& cost);

// One cell of a prefix network: the carry of positions [upper] joined with that of [lower], which end at the
// position below the first of upper. Indices: positions 0..width-1 first, then the cells in this order.
struct PrefixCell {
    std::size_t upper = 0;
    std::size_t lower = 0;
};
struct PrefixNetwork {
    std::vector<PrefixCell> cells;
    std::vector<std::size_t> carries;  // [width]: what joins positions i..0
    int depth = 0;
};
PrefixNetwork prefix_network(FinalAdder kind, int width);

}  // namespace macaw::hw
