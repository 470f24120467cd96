#include "quantizer/greedy_rows.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "quantizer/row_vectors.hpp"

namespace macaw::quantizer {

namespace {

// One tile of the row in work, or the row as a whole for the outer accumulator.
struct Account {
    ExactBudget exact;
    SplitBudget split;
    double threshold = 0;  // lambda
    bool clipped = false;
};

// A closed interval of real values.
struct Interval {
    double least;
    double most;
    double clip(double value) const { return std::clamp(value, least, most); }
};

Interval meet(Interval a, Interval b) {
    return {std::max(a.least, b.least), std::min(a.most, b.most)};
}

class GreedyPass {
  public:
    GreedyPass(GreedyInput input, const GreedyPlan& plan, const AccumulatorLimits& limits,
               const QuantizerOptions& options, std::span<golden::WeightCode> codes)
        : input_(std::move(input)),
          plan_(plan),
          limits_(limits),
          options_(options),
          codes_(codes),
          rows_(input_.values.rows()),
          columns_(input_.values.cols()),
          tiles_((columns_ + limits.tile - 1) / limits.tile),
          weight_{static_cast<double>(limits.weight.min), static_cast<double>(limits.weight.max)},
          constrained_(options.constraint == Constraint::Axe || options.constraint == Constraint::HardOnly) {}

    std::vector<RowCounts> run();

  private:
    struct Choice {
        std::int64_t code;
        double target;  // the error feedback starts from here
    };

    Account new_account(golden::BitWidth accumulator) const;
    void open_accounts();
    double threshold_of(Index row, Index first, Index count, golden::BitWidth accumulator);
    void quantize_row(Index row, Index begin, Index end, MatrixDouble& carried);
    Choice choose(double value, double target, Index row, Index column);
    Interval left_of(const Account& account) const;
    double rounded(double value) const {
        return options_.rounding == WeightRounding::Nearest ? std::nearbyint(value) : std::trunc(value);
    }

    GreedyInput input_;
    const GreedyPlan& plan_;
    const AccumulatorLimits& limits_;
    const QuantizerOptions& options_;
    std::span<golden::WeightCode> codes_;
    Index rows_;
    Index columns_;
    Index tiles_;
    Interval weight_;
    bool constrained_;
    bool outer_binds_ = false;
    std::vector<Account> inner_;  // [rows, tiles_]
    std::vector<Account> outer_;  // [rows]; empty where P_O cannot be left
    std::vector<RowCounts> counts_;
    std::vector<double> scratch_;
};

Account GreedyPass::new_account(golden::BitWidth accumulator) const {
    double slack = options_.rounding == WeightRounding::Nearest ? 0.5 : 0.0;
    return {ExactBudget(limits_.activation, accumulator),
            SplitBudget(limits_.activation, accumulator, slack)};
}

double GreedyPass::threshold_of(Index row, Index first, Index count, golden::BitWidth accumulator) {
    if (options_.constraint != Constraint::Axe || input_.threshold_factor == 0) return 0;
    std::span<const double> values(&input_.original(row, first), static_cast<std::size_t>(count));
    return input_.threshold_factor *
           l1_threshold(values, l1_radius(limits_.activation, accumulator), scratch_);
}

void GreedyPass::open_accounts() {
    counts_.resize(static_cast<std::size_t>(rows_));
    if (!constrained_) return;
    // Tiles of P_I bits cannot leave an outer accumulator that holds all of them at once (Eq. 20).
    auto reach = static_cast<double>(tiles_) *
                 static_cast<double>(range_of(limits_.inner_bits, golden::Signedness::Signed).max);
    outer_binds_ = reach > static_cast<double>(range_of(limits_.outer_bits, golden::Signedness::Signed).max);
    const Account inner = new_account(limits_.inner_bits);
    const Account outer = new_account(limits_.outer_bits);
    inner_.assign(static_cast<std::size_t>(rows_ * tiles_), inner);
    if (outer_binds_) outer_.assign(static_cast<std::size_t>(rows_), outer);
    for (Index row = 0; row < rows_; ++row) {
        double whole = outer_binds_ ? threshold_of(row, 0, columns_, limits_.outer_bits) : 0;
        for (Index tile = 0; tile < tiles_; ++tile) {
            // The last tile may be short: only real columns count.
            Index first = tile * limits_.tile;
            Index count = std::min<Index>(limits_.tile, columns_ - first);
            inner_[static_cast<std::size_t>(row * tiles_ + tile)].threshold =
                std::max(whole, threshold_of(row, first, count, limits_.inner_bits));
        }
    }
}

Interval GreedyPass::left_of(const Account& account) const {
    if (options_.budget == BudgetForm::Split) return {account.split.least(), account.split.most()};
    golden::Range left = account.exact.admissible();
    return {static_cast<double>(left.min), static_cast<double>(left.max)};
}

GreedyPass::Choice GreedyPass::choose(double value, double target, Index row, Index column) {
    Account& tile = inner_[static_cast<std::size_t>(row * tiles_ + column / limits_.tile)];
    double shrunk = std::copysign(std::max(std::abs(value) - tile.threshold, 0.0), value);
    Interval left = left_of(tile);
    if (outer_binds_) left = meet(left, left_of(outer_[static_cast<std::size_t>(row)]));
    double free = weight_.clip(shrunk);
    double clipped = left.clip(free);
    auto code = static_cast<std::int64_t>(rounded(clipped));
    tile.exact.add(code);
    tile.split.add(code);
    if (outer_binds_) {
        outer_[static_cast<std::size_t>(row)].exact.add(code);
        outer_[static_cast<std::size_t>(row)].split.add(code);
    }
    if (code != static_cast<std::int64_t>(rounded(free))) {
        tile.clipped = true;
        ++counts_[static_cast<std::size_t>(row)].codes_clipped;
    }
    return {code, options_.error == ErrorTarget::BeforeConstraint ? target : left.clip(shrunk)};
}

// Columns [begin, end) of one row: choose codes and carry each on to the columns behind it, up to `end`.
void GreedyPass::quantize_row(Index row, Index begin, Index end, MatrixDouble& carried) {
    bool feedback = plan_.feedback.size() > 0;
    golden::WeightCode* codes = codes_.data() + row * columns_;
    double* values = &input_.values(row, 0);
    for (Index position = begin; position < end; ++position) {
        Index column = plan_.order[static_cast<std::size_t>(position)];
        double target = values[position];
        bool first = position == 0 && !input_.first.empty();
        double value = first ? input_.first[static_cast<std::size_t>(row)] : target;
        Choice choice{0, target};
        if (constrained_)
            choice = choose(value, target, row, column);
        else
            choice.code = static_cast<std::int64_t>(rounded(weight_.clip(value)));
        auto code = static_cast<double>(choice.code);
        codes[column] = static_cast<golden::WeightCode>(choice.code);
        if (!feedback) continue;
        const double* line = &plan_.feedback(position, 0);
        double carry = plan_.carries_codes() ? code : (choice.target - code) / line[position];
        carried(row, position - begin) = carry;
        add_multiple({values + position + 1, values + end}, -carry, line + position + 1);
    }
}

std::vector<RowCounts> GreedyPass::run() {
    open_accounts();
    bool feedback = plan_.feedback.size() > 0;
    for (Index begin = 0; begin < columns_; begin += options_.block) {
        Index width = std::min<Index>(options_.block, columns_ - begin);
        Index end = begin + width;
        MatrixDouble carried = MatrixDouble::Zero(rows_, width);
        for (Index row = 0; row < rows_; ++row) quantize_row(row, begin, end, carried);
        if (feedback && end < columns_)
            input_.values.rightCols(columns_ - end).noalias() -=
                carried * plan_.feedback.block(begin, end, width, columns_ - end);
    }
    for (std::size_t i = 0; i < inner_.size(); ++i) {
        const Account& tile = inner_[i];
        require(options_.budget == BudgetForm::Split || tile.exact.consistent(),
                "AXE: a budget was exceeded");
        RowCounts& counts = counts_[i / static_cast<std::size_t>(tiles_)];
        counts.tiles_thresholded += tile.threshold > 0 ? 1 : 0;
        counts.tiles_clipped += tile.clipped ? 1 : 0;
        counts.tiles_constrained += tile.threshold > 0 || tile.clipped ? 1 : 0;
    }
    return std::move(counts_);
}

}  // namespace

std::vector<RowCounts> greedy_pass(GreedyInput input, const GreedyPlan& plan, const AccumulatorLimits& limits,
                                   const QuantizerOptions& options, std::span<golden::WeightCode> codes) {
    return GreedyPass(std::move(input), plan, limits, options, codes).run();
}

}  // namespace macaw::quantizer
