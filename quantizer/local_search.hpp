// Local search after the greedy pass: single codes, and pairs of codes in one tile (one pays the accumulator
// for the other, or makes good what the other does to the output), are moved wherever that lowers the row's
// objective, and only inside the budgets. Not in the paper. The objective never rises, and codes that were
// certified stay certified.
#pragma once

#include "quantizer/greedy_rows.hpp"
#include "quantizer/row_objective.hpp"

namespace macaw::quantizer {

// codes: [rows, in_features], changed in place; scales: one a row. At most `passes` rounds over all columns
// of a row; a row ends early when a round moves nothing. `constrained` false: the weight range is the only
// limit. Returns the number of moves.
std::int64_t local_search(const RowObjective& objective, const AccumulatorLimits& limits, bool constrained,
                          std::span<const double> scales, int passes, std::span<golden::WeightCode> codes);

}  // namespace macaw::quantizer
