// The requantization stage behind an array, as a stream of its own: rows of accumulators become rows of
// codes.
//
//   in_valid_i, in_ready_o, in_last_i, in_data_i [C*P_O]   the array's output ports; last with a group's last
//   row scale_valid_i, scale_ready_o, scale_i                  before each group: bias [B], multiplier [S]
//   and shift [H]
//                                                          of every column, column c at bit c*(B+S+H), bias
//                                                          lowest
//   zero_point_i [N]                                       of all outputs; constant while rows are under way
//   out_valid_o, out_ready_i, out_last_o, out_data_o [C*N] codes, column c at bit c*N
// One row a cycle, two cycles of latency: products are registered, then codes. Rows wait for their group's
// scales. The module's ready outputs depend on registers and out_ready_i.
#pragma once

#include "golden/requantize.hpp"
#include "hw/rtl/design.hpp"

namespace macaw::hw {

struct RequantizerShape {
    int columns = 1;                  // C
    golden::BitWidth outer_bits{20};  // P_O
    golden::Requantization requantization;

    int shift_bits() const;  // H
    int scale_bits() const;  // B + S + H
};

// Adds macaw_requantizer and what it is made of. The shape is validated (golden::validate).
rtl::Module& add_requantizer(rtl::Design& design, const RequantizerShape& shape);

// A design whose top is macaw_requantizer; a wrong shape is an error that lists all problems.
Expected<rtl::Design> generate_requantizer(const RequantizerShape& shape);

}  // namespace macaw::hw
