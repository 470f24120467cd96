#include "quantizer/local_search.hpp"

#include <algorithm>
#include <cmath>

#include "quantizer/row_vectors.hpp"

namespace macaw::quantizer {

namespace {

// A move must lower J by more than rounding can pretend, relative to the row's own curvature.
constexpr double kLeastGain = 1e-9;

class RowSearch {
  public:
    RowSearch(const RowObjective& objective, const AccumulatorLimits& limits, bool constrained)
        : hessian_(objective.hessian()), eta_(objective.eta()), limits_(limits), constrained_(constrained) {
        for (Index i = 0; i < hessian_.rows(); ++i) curvature_.push_back(hessian_(i, i) + eta_);
    }

    std::int64_t run(std::span<golden::WeightCode> codes, double scale, double* slope, int passes);

  private:
    void open_budgets();
    golden::Range allowed(std::size_t column) const;
    double gain(std::size_t column, std::int64_t step) const {
        double own = scale_ * static_cast<double>(step);
        return -(2 * own * slope_[column] + own * own * curvature_[column]);
    }
    void move(std::size_t column, std::int64_t step);
    bool move_alone(std::size_t column);
    bool both_fit(std::size_t column, std::int64_t step, std::size_t other, std::int64_t other_step) const;
    bool move_pair(std::size_t column);

    const MatrixDouble& hessian_;
    double eta_;
    const AccumulatorLimits& limits_;
    bool constrained_;
    std::span<golden::WeightCode> codes_;
    double scale_ = 0;
    std::vector<double> curvature_;  // diagonal of H + eta I
    double* slope_ = nullptr;        // (v H - r) of the row: half the gradient of J
    std::vector<ExactBudget> inner_;
    std::vector<ExactBudget> outer_;  // one
    std::vector<double> bounds_;      // of move_pair()
};

void RowSearch::open_budgets() {
    auto tile = static_cast<std::size_t>(limits_.tile);
    inner_.assign((codes_.size() + tile - 1) / tile, ExactBudget(limits_.activation, limits_.inner_bits));
    outer_.assign(1, ExactBudget(limits_.activation, limits_.outer_bits));
    for (std::size_t column = 0; column < codes_.size(); ++column) {
        inner_[column / tile].add(codes_[column]);
        outer_[0].add(codes_[column]);
    }
}

// The codes that `column` may have beside all others as they are.
golden::Range RowSearch::allowed(std::size_t column) const {
    golden::Range range = limits_.weight;
    if (!constrained_) return range;
    for (ExactBudget budget : {inner_[column / static_cast<std::size_t>(limits_.tile)], outer_[0]}) {
        budget.remove(codes_[column]);
        golden::Range left = budget.admissible();
        range = {std::max(range.min, left.min), std::min(range.max, left.max)};
    }
    return range;
}

void RowSearch::move(std::size_t column, std::int64_t step) {
    if (constrained_) {
        for (ExactBudget* budget : {&inner_[column / static_cast<std::size_t>(limits_.tile)], &outer_[0]}) {
            budget->remove(codes_[column]);
            budget->add(codes_[column] + step);
        }
    }
    codes_[column] = static_cast<golden::WeightCode>(codes_[column] + step);
    double change = scale_ * static_cast<double>(step);
    auto at = static_cast<Index>(column);
    add_multiple({slope_, codes_.size()}, change, &hessian_(at, 0));
    slope_[column] += change * eta_;
}

// To the best allowed code of this column.
bool RowSearch::move_alone(std::size_t column) {
    double curvature = curvature_[column];
    double wish = static_cast<double>(codes_[column]) - slope_[column] / (scale_ * curvature);
    golden::Range range = allowed(column);
    double best =
        std::nearbyint(std::clamp(wish, static_cast<double>(range.min), static_cast<double>(range.max)));
    std::int64_t step = static_cast<std::int64_t>(best) - codes_[column];
    if (step == 0 || gain(column, step) <= kLeastGain * scale_ * scale_ * curvature) return false;
    move(column, step);
    return true;
}

// Whether both codes fit the accumulators after their steps. The columns are of the same tile.
bool RowSearch::both_fit(std::size_t column, std::int64_t step, std::size_t other,
                         std::int64_t other_step) const {
    if (!limits_.weight.contains(codes_[other] + other_step)) return false;
    if (!constrained_) return true;
    for (ExactBudget budget : {inner_[column / static_cast<std::size_t>(limits_.tile)], outer_[0]}) {
        budget.remove(codes_[column]);
        budget.remove(codes_[other]);
        budget.add(codes_[column] + step);
        budget.add(codes_[other] + other_step);
        if (!budget.consistent()) return false;
    }
    return true;
}

// One step of this column and one of another column of its tile, whichever pair is best: where the budget is
// used up, one pays for the other; where their inputs are correlated, one makes good what the other does.
bool RowSearch::move_pair(std::size_t column) {
    auto tile = static_cast<std::size_t>(limits_.tile);
    std::size_t begin = column / tile * tile;
    std::size_t end = std::min(begin + tile, codes_.size());
    const double* line = &hessian_(static_cast<Index>(column), 0);
    double square = scale_ * scale_;
    double best = kLeastGain * square * curvature_[column];
    std::size_t partner = end;
    std::int64_t best_step = 0;
    std::int64_t partner_step = 0;
    for (std::int64_t step : {-1, 1}) {
        if (!limits_.weight.contains(codes_[column] + step)) continue;
        double own = gain(column, step);
        double change = scale_ * static_cast<double>(step);
        bounds_.resize(end - begin);
        if (pair_bounds({own, change, scale_, slope_ + begin, line + begin, curvature_.data() + begin},
                        bounds_) <= best)
            continue;
        for (std::size_t other = begin; other < end; ++other) {
            if (bounds_[other - begin] <= best || other == column) continue;
            // What the better of the two steps of `other` brings once `column` has moved.
            double pull = slope_[other] + change * line[other];
            double other_cost = square * curvature_[other];
            for (std::int64_t other_step : {-1, 1}) {
                double both = own - 2 * scale_ * static_cast<double>(other_step) * pull - other_cost;
                if (both <= best || !both_fit(column, step, other, other_step)) continue;
                best = both;
                partner = other;
                best_step = step;
                partner_step = other_step;
            }
        }
    }
    if (partner == end) return false;
    move(partner, partner_step);
    move(column, best_step);
    return true;
}

std::int64_t RowSearch::run(std::span<golden::WeightCode> codes, double scale, double* slope, int passes) {
    codes_ = codes;
    scale_ = scale;
    slope_ = slope;
    if (constrained_) open_budgets();
    std::int64_t moves = 0;
    for (int pass = 0; pass < passes; ++pass) {
        std::int64_t before = moves;
        for (std::size_t column = 0; column < codes.size(); ++column) {
            moves += move_alone(column) ? 1 : 0;
            moves += move_pair(column) ? 1 : 0;
        }
        if (moves == before) break;
    }
    return moves;
}

}  // namespace

std::int64_t local_search(const RowObjective& objective, const AccumulatorLimits& limits, bool constrained,
                          std::span<const double> scales, int passes, std::span<golden::WeightCode> codes) {
    MatrixDouble slopes = objective.products(codes);
    for (Index row = 0; row < slopes.rows(); ++row) slopes.row(row) *= scales[static_cast<std::size_t>(row)];
    slopes -= objective.correlation();
    RowSearch search(objective, limits, constrained);
    std::int64_t moves = 0;
    auto columns = static_cast<std::size_t>(slopes.cols());
    for (Index row = 0; row < slopes.rows(); ++row) {
        auto at = static_cast<std::size_t>(row);
        moves += search.run(codes.subspan(at * columns, columns), scales[at], &slopes(row, 0), passes);
    }
    return moves;
}

}  // namespace macaw::quantizer
