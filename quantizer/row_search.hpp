// Some rows of a layer into codes and scales: the greedy pass for every candidate of scale and threshold, the
// best of them for each row, then whatever the options ask for behind it (projection, local search, scale
// refit).
#pragma once

#include "quantizer/greedy_rows.hpp"

namespace macaw::quantizer {

// What all rows of a layer have in common.
struct LayerContext {
    const InputStatistics& statistics;
    const GreedyPlan& plan;
    AccumulatorLimits limits;
    const QuantizerOptions& options;
};

struct RowResults {
    std::vector<golden::WeightCode> codes;  // [rows, in_features]
    std::vector<float> scales;              // [rows]
    std::vector<RowCounts> counts;          // [rows]
    std::int64_t moves = 0;                 // of the local search
};

// weights: [rows, in_features]. An all-zero row gets scale 1.
RowResults quantize_rows(const Matrix& weights, const LayerContext& context);

}  // namespace macaw::quantizer
