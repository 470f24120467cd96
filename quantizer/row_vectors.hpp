// Inner loops over rows, for the widest vectors of the processor; the same numbers on every processor.
#pragma once

#include <span>

#include "golden/activation.hpp"

namespace macaw::quantizer {

// values[i] += factor * line[i]; `line` has values.size() elements and does not overlap them.
void add_multiple(std::span<double> values, double factor, const double* line);

// values[i] = scale * (codes[i] - zero_point), rounded once. Equal sizes.
void dequantize_row(std::span<const golden::ActivationCode> codes, float scale, std::int32_t zero_point,
                    std::span<float> values);

// values[i] = (sums[i] - zero_point * code_sums[i]) * token.scale * scales[i] in double, rounded once. Equal
// sizes. The first wants fits_dequantize_sums().
void dequantize_sums(std::span<const std::int64_t> sums, std::span<const std::int64_t> code_sums,
                     golden::TokenScale token, std::span<const float> scales, std::span<float> values);
void dequantize_any_sums(std::span<const std::int64_t> sums, std::span<const std::int64_t> code_sums,
                         golden::TokenScale token, std::span<const float> scales, std::span<float> values);

// Whether all sums of the accumulator less all zero points inside `activation` stay within +-2^51.
bool fits_dequantize_sums(std::span<const std::int64_t> code_sums, golden::Range activation,
                          golden::BitWidth accumulator);

// One step of a column beside one step of another column of its tile, J being the objective.
struct PairStep {
    double own = 0;           // what the column's step alone lowers J by
    double change = 0;        // scale * step of the column
    double scale = 0;         // > 0
    const double* slope;      // [others] (v H - r): half the gradient of J
    const double* line;       // [others] H between the column and the others
    const double* curvature;  // [others] diagonal of H + eta I
};

// bounds[i] = what the better of the two steps of other column i lowers J by together with the column's;
// returns the largest. Not empty.
double pair_bounds(const PairStep& step, std::span<double> bounds);

}  // namespace macaw::quantizer
