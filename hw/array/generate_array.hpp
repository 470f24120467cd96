// The generator: a Datapath and an ArrayConfig become an RTL design with the top module macaw_array.
//
// Output-stationary: element (r, c) computes the dot product of token r and output channel c.
// clang-format off
//   in_valid_i, in_ready_o, in_last_i       a beat is taken in a cycle with valid and ready; last closes the dot product
//   activation_i [R*L*N]                    row r, lane l at bit (r*L+l)*N
//   weight_i     [C*L*M]                    column c, lane l at bit (c*L+l)*M
//   out_valid_o, out_ready_i, out_last_o    one row of results a cycle, row 0 first, last with row R-1; stable while stalled
//   out_data_o   [C*P_O]                    column c at bit c*P_O
//   inner_overflow_o, outer_overflow_o [C]  flags of the outputs in out_data_o, where that level's mode is not wrap
//   overflow_o                              some flag was raised by an output delivered since reset
// A tile ends every T/L beats and with in_last_i, so K may be any number of beats; pad the last beat with zeros. The next
// dot product is computed while the one before drains.
//
// Weight-stationary (weight_stationary.hpp): the same output ports, and
//   in_valid_i, in_ready_o, in_last_i,      a token's products of one tile, product t at bit t*N; passes of R tokens; last
//   activation_i [T*N]                      with all tokens of the last tile of the dot products
//   weight_valid_i, weight_ready_o,         T beats a tile, row 0 first; column c at bit c*M
//   weight_i [C*M]
// clang-format on
// StreamLayout (stream_layout.hpp) says where every code of a dot product stands.
#pragma once

#include <string>
#include <vector>

#include "hw/arith/dot_product.hpp"
#include "hw/array/array_config.hpp"
#include "hw/rtl/design.hpp"

namespace macaw::hw {

// A wrong datapath or array is an error that lists all problems; datapath.products_per_check must equal
// array.lanes.
Expected<rtl::Design> generate_array(const golden::Datapath& datapath, const ArrayConfig& array);

struct Latency {
    // Cycles: the last beat of token 0 is accepted in cycle t, out_valid_o is high with its results in t +
    // this.
    int last_beat_to_first_output = 0;
    int drain = 0;  // R: cycles in which results go out, without stalls
    // The least beats of a dot product at which the array never stops its inputs, out_ready_i always high
    // (and weights always offered in time); 0 where it stops them for every length.
    int beats_without_stall = 0;
};
Latency latency_of(const golden::Datapath& datapath, const ArrayConfig& array);

// Of the dot product unit of one processing element; the array has rows * columns of them.
Expected<ArithmeticCost> cost_of(const golden::Datapath& datapath, const ArrayConfig& array);

}  // namespace macaw::hw
