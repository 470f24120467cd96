#include "quantizer/row_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "quantizer/local_search.hpp"

namespace macaw::quantizer {

namespace {

class RowsQuantizer {
  public:
    RowsQuantizer(const Matrix& weights, const LayerContext& context)
        : context_(context),
          options_(context.options),
          weights_(weights.cast<double>()),
          limit_(static_cast<double>(context.limits.weight.max)),
          largest_(largest_magnitudes()) {
        bool compares = options_.scale_factors.size() * options_.threshold_factors.size() > 1;
        if (compares || options_.refit_scale || options_.local_search > 0)
            objective_ = std::make_unique<RowObjective>(context.statistics, context.plan.eta, weights_);
        start_ = start_values(context.plan, weights_);
        first_ = first_values(context.plan, weights_);
    }

    RowResults run();

  private:
    std::vector<double> largest_magnitudes() const;
    std::vector<double> base_magnitudes() const;
    void try_candidate(const std::vector<double>& magnitudes, double threshold_factor);
    void keep_better(const std::vector<double>& magnitudes, std::vector<golden::WeightCode> codes,
                     const std::vector<RowCounts>& counts);
    void project_onto_l1_balls();
    void polish();
    Index rows() const { return weights_.rows(); }
    std::size_t columns() const { return static_cast<std::size_t>(weights_.cols()); }
    double scale_of(std::size_t row) const { return static_cast<double>(best_.scales[row]); }

    const LayerContext& context_;
    const QuantizerOptions& options_;
    MatrixDouble weights_;
    double limit_;                 // the largest code
    std::vector<double> largest_;  // max|w| of every row; s = magnitude / limit
    std::unique_ptr<RowObjective> objective_;
    MatrixDouble start_;
    std::vector<double> first_;
    RowResults best_;
    std::vector<double> best_value_;  // J of what is in best_
};

// In an all-zero row what gives scale 1 stands in.
std::vector<double> RowsQuantizer::largest_magnitudes() const {
    std::vector<double> result;
    for (Index row = 0; row < weights_.rows(); ++row) {
        double value = weights_.row(row).cwiseAbs().maxCoeff();
        bool has_scale = value / limit_ >= static_cast<double>(std::numeric_limits<float>::min());
        result.push_back(has_scale ? value : limit_);
    }
    return result;
}

// The weight magnitude that gets the largest code at scale factor 1 (ScaleBase).
std::vector<double> RowsQuantizer::base_magnitudes() const {
    std::vector<double> result = largest_;
    if (options_.scale_base == ScaleBase::Largest || options_.constraint == Constraint::None) return result;
    const AccumulatorLimits& limits = context_.limits;
    double radius = l1_radius(limits.activation, limits.inner_bits);
    double whole = l1_radius(limits.activation, limits.outer_bits);
    for (Index row = 0; row < rows(); ++row) {
        double needed = weights_.row(row).lpNorm<1>() / whole;
        for (Index first = 0; first < weights_.cols(); first += limits.tile) {
            Index count = std::min<Index>(limits.tile, weights_.cols() - first);
            needed = std::max(needed, weights_.row(row).segment(first, count).lpNorm<1>() / radius);
        }
        double& magnitude = result[static_cast<std::size_t>(row)];
        magnitude = std::max(magnitude, needed * limit_);
    }
    return result;
}

// w/s is computed as w * limit / magnitude: w = max|w| / 2, frequent in bfloat16, lies exactly between two
// codes and must go to the even one; dividing by a rounded s would decide by the rounding error.
void RowsQuantizer::try_candidate(const std::vector<double>& magnitudes, double threshold_factor) {
    MatrixDouble original = weights_ * limit_;
    GreedyInput input{original, start_ * limit_, first_, threshold_factor};
    for (Index row = 0; row < rows(); ++row) {
        auto at = static_cast<std::size_t>(row);
        original.row(row) /= magnitudes[at];
        input.values.row(row) /= magnitudes[at];
        if (!first_.empty()) input.first[at] *= limit_ / magnitudes[at];
    }
    std::vector<golden::WeightCode> codes(static_cast<std::size_t>(weights_.size()));
    std::vector<RowCounts> counts =
        greedy_pass(std::move(input), context_.plan, context_.limits, options_, codes);
    keep_better(magnitudes, std::move(codes), counts);
}

void RowsQuantizer::keep_better(const std::vector<double>& magnitudes, std::vector<golden::WeightCode> codes,
                                const std::vector<RowCounts>& counts) {
    std::vector<RowObjective::Terms> terms;
    if (objective_) terms = objective_->terms(codes);
    if (best_.codes.empty()) {
        best_.codes.resize(codes.size());
        best_.scales.resize(magnitudes.size());
        best_.counts.resize(magnitudes.size());
        best_value_.assign(magnitudes.size(), std::numeric_limits<double>::infinity());
    }
    for (std::size_t row = 0; row < magnitudes.size(); ++row) {
        auto scale = static_cast<float>(magnitudes[row] / limit_);
        double value = 0;
        if (objective_) {
            if (options_.refit_scale)
                if (auto refit = static_cast<float>(terms[row].best_scale()); std::isnormal(refit))
                    scale = refit;
            value = terms[row].at(static_cast<double>(scale));
        }
        if (!(value < best_value_[row])) continue;
        best_value_[row] = value;
        best_.scales[row] = scale;
        best_.counts[row] = counts[row];
        auto place = static_cast<std::ptrdiff_t>(row * columns());
        std::copy_n(codes.begin() + place, columns(), best_.codes.begin() + place);
    }
}

// Every tile of finished codes onto the largest l1 ball that is safe whatever the signs, then towards zero
// (Colbert et al., arXiv 2401.10432): the baseline EP-init.
void RowsQuantizer::project_onto_l1_balls() {
    const AccumulatorLimits& limits = context_.limits;
    std::vector<double> values;
    std::vector<double> scratch;
    auto project = [&](std::size_t row, std::size_t first, std::size_t count, golden::BitWidth accumulator) {
        auto codes = std::span(best_.codes).subspan(row * columns() + first, count);
        values.assign(codes.begin(), codes.end());
        double threshold = l1_threshold(values, safe_l1_radius(limits.activation, accumulator), scratch);
        for (golden::WeightCode& code : codes) {
            double magnitude = std::max(std::abs(static_cast<double>(code)) - threshold, 0.0);
            code = static_cast<golden::WeightCode>(
                std::copysign(std::trunc(magnitude), static_cast<double>(code)));
        }
        return threshold > 0;
    };
    auto tile = static_cast<std::size_t>(limits.tile);
    for (std::size_t row = 0; row < best_.scales.size(); ++row) {
        for (std::size_t first = 0; first < columns(); first += tile)
            if (project(row, first, std::min(tile, columns() - first), limits.inner_bits)) {
                ++best_.counts[row].tiles_thresholded;
                ++best_.counts[row].tiles_constrained;
            }
        project(row, 0, columns(), limits.outer_bits);
    }
}

// Local search and scale refit in turn: each makes J smaller or leaves it.
void RowsQuantizer::polish() {
    constexpr int kRounds = 2;
    bool constrained = options_.constraint != Constraint::None && options_.constraint != Constraint::DataType;
    for (int round = 0; round < kRounds; ++round) {
        std::vector<double> scales(best_.scales.begin(), best_.scales.end());
        std::int64_t moves = local_search(*objective_, context_.limits, constrained, scales,
                                          options_.local_search, best_.codes);
        best_.moves += moves;
        if (moves == 0 || !options_.refit_scale) return;
        std::vector<RowObjective::Terms> terms = objective_->terms(best_.codes);
        for (std::size_t row = 0; row < terms.size(); ++row)
            if (auto refit = static_cast<float>(terms[row].best_scale()); std::isnormal(refit))
                best_.scales[row] = refit;
    }
}

RowResults RowsQuantizer::run() {
    std::vector<double> base = base_magnitudes();
    for (double factor : options_.scale_factors) {
        std::vector<double> magnitudes = base;
        for (std::size_t row = 0; row < magnitudes.size(); ++row)
            if (!weights_.row(static_cast<Index>(row)).isZero(0)) magnitudes[row] *= factor;
        bool thresholds = options_.constraint == Constraint::Axe;
        for (double threshold_factor : options_.threshold_factors) {
            try_candidate(magnitudes, threshold_factor);
            if (!thresholds) break;  // they would all be the same
        }
    }
    if (options_.constraint == Constraint::EpInit) project_onto_l1_balls();
    if (options_.local_search > 0) polish();
    return std::move(best_);
}

}  // namespace

RowResults quantize_rows(const Matrix& weights, const LayerContext& context) {
    return RowsQuantizer(weights, context).run();
}

}  // namespace macaw::quantizer
