// The greedy pass over the columns of some rows: OPTQ, GPFQ, Qronos or round to nearest (GreedyPlan decides),
// each value first brought inside the accumulators (AXE). Works on w/s in double precision, lazily in blocks
// of columns so that most of the work is a matrix product. A row's codes depend on no other row.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "golden/datapath.hpp"
#include "quantizer/axe.hpp"
#include "quantizer/greedy_plan.hpp"

namespace macaw::quantizer {

// What the constraint is about, for one layer.
struct AccumulatorLimits {
    golden::Range activation;  // codes of the layer's inputs
    golden::Range weight;      // codes of the weights
    int tile = 0;
    golden::BitWidth inner_bits{1};
    golden::BitWidth outer_bits{1};
};

// How often the constraint interfered in one row.
struct RowCounts {
    std::int64_t tiles_thresholded = 0;  // lambda > 0
    std::int64_t tiles_clipped = 0;      // some value was cut to what the budget left
    std::int64_t tiles_constrained = 0;  // either
    std::int64_t codes_clipped = 0;
};

// The rows of one pass, all in units of their scale.
struct GreedyInput {
    const MatrixDouble& original;  // w/s, [rows, in_features], columns as stored: thresholds come from it
    MatrixDouble values;           // start values / s, in the plan's order; used up by the pass
    std::vector<double> first;     // first values / s (Qronos), else empty
    double threshold_factor = 1;   // of lambda
};

// codes: [rows, in_features] out, columns as stored. Returns the counts of each row.
std::vector<RowCounts> greedy_pass(GreedyInput input, const GreedyPlan& plan, const AccumulatorLimits& limits,
                                   const QuantizerOptions& options, std::span<golden::WeightCode> codes);

}  // namespace macaw::quantizer
