// Perplexities of one run, gathered from single evaluations: the three headline figures, and the table that
// sets the guarantee (AXE) against luck (unconstrained layers that wrap or saturate).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "golden/datapath.hpp"
#include "golden/matmul.hpp"
#include "golden/support/csv.hpp"
#include "golden/support/metrics.hpp"

namespace macaw::reports {

// What the linear layers of an evaluation were made of.
enum class EvaluatedArithmetic { Float, Quantized, Datapath };

// evaluation.json in the folder of an evaluation.
struct Evaluation {
    EvaluatedArithmetic arithmetic = EvaluatedArithmetic::Float;
    std::string constraint;            // of the layers: "axe", "none"; empty for float
    golden::Datapath datapath;         // meaningful for Datapath
    golden::OverflowCounts overflows;  // likewise
    double perplexity = 0;
    double standard_error = 0;
    std::int64_t first_window = 0;
    std::int64_t windows = 0;
    std::int64_t window_tokens = 0;
    std::string text;  // name and hash of the evaluated file
};

Expected<void> write_evaluation(const std::filesystem::path& file, const Evaluation& evaluation);
Expected<Evaluation> read_evaluation(const std::filesystem::path& file);

// Columns: constraint, overflow_mode, inner_bits, outer_bits, perplexity, perplexity_standard_error,
// inner_overflow_rate (tiles), outer_overflow_rate (outputs), tiles, inner_overflow_tiles,
// outer_overflow_outputs.
Table luck_table(const std::vector<Evaluation>& evaluations);

// model__ppl__float, __quantized, __datapath (the constrained layers as configured), their standard errors,
// and overflow counts and rates.
Metrics quality_metrics(const std::vector<Evaluation>& evaluations);

}  // namespace macaw::reports
