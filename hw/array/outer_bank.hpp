// macaw_outer_bank: the outer accumulators below one column of a weight-stationary array, one for each of R
// tokens.
//
// A tile sum arrives with valid_i, the number of its token row_i and first_i (the tile opens a dot product):
//   outer[row_i] = check((first_i ? 0 : outer[row_i]) + tile_sum_i), P_O bits
// read_row_i selects, combinationally, whose result is at result_o. The next column's sums come one cycle
// later, so valid, row, first and last leave through registers. Flags: per token, since its dot product
// began.
#pragma once

#include "hw/array/array_config.hpp"
#include "hw/rtl/design.hpp"

namespace macaw::hw {

rtl::Module& add_outer_bank(rtl::Design& design, const golden::Datapath& datapath, const ArrayConfig& array);

// Bits that number `count` things; 0 where there is one only.
int index_bits(int count);

// values[index] as a tree of multiplexers; index_bits(values.size()) bits of index, none for one value.
rtl::Expression select_by_index(const std::vector<rtl::Expression>& values,
                                const std::optional<rtl::Expression>& index);

}  // namespace macaw::hw
