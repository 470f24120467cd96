#include "quantizer/local_search.hpp"

#include <algorithm>
#include <cmath>

namespace macaw::quantizer {

namespace {

// A move must lower J by more than rounding can pretend, relative to the row's own curvature.
constexpr double kLeastGain = 1e-9;

class RowSearch {
  public:
    RowSearch(const RowObjective& objective, const AccumulatorLimits& limits, bool constrained)
        : hessian_(objective.hessian()), eta_(objective.eta()), limits_(limits), constrained_(constrained) {}

    std::int64_t run(std::span<std::int8_t> codes, double scale, double* slope, int passes);

  private:
    void open_budgets();
    golden::Range allowed(std::size_t column) const;
    double gain(std::size_t column, std::int64_t step) const {
        double own = scale_ * static_cast<double>(step);
        auto at = static_cast<Index>(column);
        return -(2 * own * slope_[column] + own * own * (hessian_(at, at) + eta_));
    }
    void move(std::size_t column, std::int64_t step);
    bool move_alone(std::size_t column);
    bool move_with_partner(std::size_t column);

    const MatrixDouble& hessian_;
    double eta_;
    const AccumulatorLimits& limits_;
    bool constrained_;
    std::span<std::int8_t> codes_;
    double scale_ = 0;
    double* slope_ = nullptr;  // (v H - r) of the row: half the gradient of J
    std::vector<ExactBudget> inner_;
    std::vector<ExactBudget> outer_;  // one
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
    codes_[column] = static_cast<std::int8_t>(codes_[column] + step);
    double change = scale_ * static_cast<double>(step);
    auto at = static_cast<Index>(column);
    const double* line = &hessian_(at, 0);
    for (std::size_t other = 0; other < codes_.size(); ++other) slope_[other] += change * line[other];
    slope_[column] += change * eta_;
}

// To the best allowed code of this column.
bool RowSearch::move_alone(std::size_t column) {
    auto at = static_cast<Index>(column);
    double curvature = hessian_(at, at) + eta_;
    double wish = static_cast<double>(codes_[column]) - slope_[column] / (scale_ * curvature);
    golden::Range range = allowed(column);
    double best =
        std::nearbyint(std::clamp(wish, static_cast<double>(range.min), static_cast<double>(range.max)));
    std::int64_t step = static_cast<std::int64_t>(best) - codes_[column];
    if (step == 0 || gain(column, step) <= kLeastGain * scale_ * scale_ * curvature) return false;
    move(column, step);
    return true;
}

// One step away from zero where the budget has no room for it, paid for by another column of the tile that
// goes one step towards zero.
bool RowSearch::move_with_partner(std::size_t column) {
    std::int64_t step = slope_[column] < 0 ? 1 : -1;
    if (codes_[column] * step < 0) return false;  // towards zero: needs no partner
    if (!limits_.weight.contains(codes_[column] + step)) return false;
    double own = gain(column, step);
    if (own <= 0 || allowed(column).contains(codes_[column] + step)) return false;
    auto tile = static_cast<std::size_t>(limits_.tile);
    std::size_t begin = column / tile * tile;
    std::size_t end = std::min(begin + tile, codes_.size());
    auto at = static_cast<Index>(column);
    double least = kLeastGain * scale_ * scale_ * (hessian_(at, at) + eta_);
    double best = least;
    std::size_t partner = end;
    for (std::size_t other = begin; other < end; ++other) {
        if (other == column || codes_[other] == 0) continue;
        std::int64_t back = codes_[other] > 0 ? -1 : 1;
        double both =
            own + gain(other, back) -
            2 * scale_ * scale_ * static_cast<double>(step * back) * hessian_(at, static_cast<Index>(other));
        if (both <= best) continue;
        best = both;
        partner = other;
    }
    if (partner == end) return false;
    std::int64_t back = codes_[partner] > 0 ? -1 : 1;
    move(partner, back);
    if (allowed(column).contains(codes_[column] + step)) {
        move(column, step);
        return true;
    }
    move(partner, -back);  // what the partner gave is of the wrong sign, or too little
    return false;
}

std::int64_t RowSearch::run(std::span<std::int8_t> codes, double scale, double* slope, int passes) {
    codes_ = codes;
    scale_ = scale;
    slope_ = slope;
    if (constrained_) open_budgets();
    std::int64_t moves = 0;
    for (int pass = 0; pass < passes; ++pass) {
        std::int64_t before = moves;
        for (std::size_t column = 0; column < codes.size(); ++column) {
            moves += move_alone(column) ? 1 : 0;
            if (constrained_) moves += move_with_partner(column) ? 1 : 0;
        }
        if (moves == before) break;
    }
    return moves;
}

}  // namespace

std::int64_t local_search(const RowObjective& objective, const AccumulatorLimits& limits, bool constrained,
                          std::span<const double> scales, int passes, std::span<std::int8_t> codes) {
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
