// The points of a quality sweep as one table, for the terminal, Markdown, CSV and JSON: axes, perplexity with
// its standard error, what the certificate says, what was constrained, cost and overflows. A figure that a
// point does not have is an empty cell; a point that failed keeps its row, with the reason.
#pragma once

#include <string>
#include <vector>

#include "golden/quantized_layer.hpp"
#include "golden/support/csv.hpp"
#include "reports/tables/sweep_point.hpp"

namespace macaw::reports {

// The figures of a point beside those of the steps (certificate_metrics, quality_metrics).
inline constexpr const char* kValidationPerplexity = "validation__datapath__ppl";
inline constexpr const char* kValidationError = "validation__standard_error__datapath__ppl";
inline constexpr const char* kConstrainedShare = "quantizer__tiles__constrained__ratio";

// bound__codes__zero__ratio (sparsity) and cost__bops_per_token__count: bit operations of all linear layers
// for one token, the sum over their rows of K (M N + (1 - sparsity) P) with the sparsity of the layer and
// P = P_I (arXiv 2409.17092, Eq. 5; the additions to the outer accumulator, one a tile, are not counted).
Metrics cost_metrics(const golden::QuantizedModel& model);

// Whether the point's certificate fits the configured accumulators; false where figures are missing.
bool is_certified(const SweepPoint& point);

// Exact values. Columns: point, the axes, then perplexity, perplexity_standard_error,
// validation_perplexity, validation_standard_error, float_perplexity, inner_bits, outer_bits,
// needed_inner_bits, needed_outer_bits, certified, inner_headroom, outer_headroom, tiles, tiles_constrained,
// tiles_unsafe, sparsity, bops_per_token, inner_overflow_rate, outer_overflow_rate, failure. A column that no
// point has is left out.
Table quality_table(const std::vector<SweepPoint>& points);

// Of each column of quality_table the metric keys that its cells follow from; none for the point's name, the
// axes and the failure.
std::vector<std::vector<std::string>> quality_table_keys(const std::vector<SweepPoint>& points);

// An array of objects with the names of quality_table; absent figures are left out.
Json quality_json(const std::vector<SweepPoint>& points);

// For readers: rounded; the reason of a failure stands below its row; notes say what was measured.
std::string quality_text(const std::vector<SweepPoint>& points);
std::string quality_markdown(const std::string& title, const std::vector<SweepPoint>& points);
// One sentence each: the float model's perplexity and the text, what the columns mean.
std::vector<std::string> quality_notes(const std::vector<SweepPoint>& points);

}  // namespace macaw::reports
