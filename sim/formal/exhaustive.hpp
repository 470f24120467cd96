// All inputs of small combinational units, 64 at a time: every product of up to 24 input bits in seconds,
// where a SAT solver stops at 4 x 8 bits.
#pragma once

#include <cstdint>

#include "hw/arith/dot_product.hpp"

namespace macaw::sim {

// Inputs for which a unit of one lane is wrong modulo 2^outputs, among all 2^(N+M). The design's top has the
// ports activation_i, weight_i and `output`; further inputs stay 0.
std::int64_t count_wrong_products(const rtl::Design& design, const hw::DotProductShape& shape, int outputs,
                                  const std::string& output = "sum_o");

// Among all pairs of `width` bits, those for which sum_o [width] is not a_i + b_i modulo 2^width.
std::int64_t count_wrong_sums(const rtl::Design& design, int width);

// Whether both adder cells add, for all their inputs.
bool adder_cells_add();

}  // namespace macaw::sim
