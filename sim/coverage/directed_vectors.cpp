// See directed_vectors.hpp. The sums of a directed dot product move in one direction, so that nothing leaves
// the range before the check that is wanted; what must come early is filled up with zero products in front.
#include "sim/coverage/directed_vectors.hpp"

#include <algorithm>

#include "sim/coverage/product_sum.hpp"

namespace macaw::sim {

namespace {

using golden::OverflowMode;
using golden::Range;
using Pairs = std::vector<CodePair>;

std::int64_t ceil_div(std::int64_t a, std::int64_t b) {
    return (a + b - 1) / b;
}

bool is_overflow(ValueClass value) {
    return value == ValueClass::OverflowAbove || value == ValueClass::OverflowBelow;
}

// The value itself; for an overflow the nearest sum that is one.
std::int64_t value_of(ValueClass value, Range range) {
    switch (value) {
        case ValueClass::Min:
            return range.min;
        case ValueClass::MinPlusOne:
            return range.min + 1;
        case ValueClass::MinusOne:
            return -1;
        case ValueClass::Zero:
            return 0;
        case ValueClass::One:
            return 1;
        case ValueClass::MaxMinusOne:
            return range.max - 1;
        case ValueClass::Max:
            return range.max;
        case ValueClass::OverflowBelow:
            return range.min - 1;
        case ValueClass::OverflowAbove:
            return range.max + 1;
    }
    throw std::logic_error("unknown value class");
}

void append(Pairs& to, const Pairs& more) {
    to.insert(to.end(), more.begin(), more.end());
}

Pairs zeros(std::int64_t count) {
    return Pairs(static_cast<std::size_t>(count));
}

class Director {
  public:
    Director(const golden::Datapath& datapath, const hw::ArrayConfig& array)
        : datapath_(datapath),
          array_(array),
          sums_(datapath),
          inner_(golden::range_of(datapath.inner_bits, golden::Signedness::Signed)),
          outer_(golden::range_of(datapath.outer_bits, golden::Signedness::Signed)),
          lanes_(array.lanes),
          beats_(datapath.tile / array.lanes),
          fills_tiles_(array.dataflow == hw::Dataflow::WeightStationary) {}

    DirectedGoal goal(Level level, ValueClass value, Position position) const {
        DirectedGoal goal;
        goal.bin = {level, value, position, StallContext::None};
        if (const char* reason = shape_problem(level, position)) {
            goal.unreachable = reason;
            return goal;
        }
        if (level == Level::Inner)
            aim_inner(goal);
        else
            aim_outer(goal);
        return goal;
    }

  private:
    // Tiles have a given number of beats, dot products may have any number of tiles.
    const char* shape_problem(Level level, Position position) const {
        if (level == Level::Outer) return nullptr;
        if (beats_ == 1 && position != Position::Only) return "a tile is one beat";
        if (beats_ == 2 && position == Position::Middle) return "a tile has two beats";
        if (fills_tiles_ && beats_ > 1 && position == Position::Only)
            return "a column checks all T products of a tile, zeros behind a ragged end";
        return nullptr;
    }

    // Inner: n beats are summed when the check is made.
    std::int64_t most_beats(Position position) const {
        if (position == Position::Middle) return beats_ - 1;
        return position == Position::Last ? beats_ : 1;
    }

    void aim_inner(DirectedGoal& goal) const {
        const Bin& bin = goal.bin;
        std::int64_t least = bin.position == Position::Middle || bin.position == Position::Last ? 2 : 1;
        if (fills_tiles_ && bin.position == Position::Last) least = beats_;
        for (std::int64_t beats = least; beats <= most_beats(bin.position) && !goal.group; ++beats)
            if (std::optional<Pairs> pairs = inner_pairs(bin.value, beats)) {
                // The last beat has only one product where that is all it needs: a ragged tile.
                if (bin.position == Position::First || bin.position == Position::Middle)
                    append(*pairs, zeros(1));
                goal.group = group_of(*pairs);
            }
        if (!goal.group) goal.unreachable = inner_reason(bin.value, most_beats(bin.position));
    }

    // Products of `beats` beats after which the inner accumulator has the value, or overflows.
    std::optional<Pairs> inner_pairs(ValueClass value, std::int64_t beats) const {
        const std::int64_t target = value_of(value, inner_);
        if (!is_overflow(value)) {
            if (auto pairs = sums_.find(target, beats * lanes_)) return pairs;
            return wrapped_around(target, beats);
        }
        return overflow_in_last_beat(target, beats);
    }

    // The last beat goes over the edge, as far as it can; those before stay inside.
    std::optional<Pairs> overflow_in_last_beat(std::int64_t edge, std::int64_t beats) const {
        const std::int64_t step = lanes_ * (edge > 0 ? sums_.range().max : sums_.range().min);
        const std::int64_t before =
            edge > 0 ? std::max<std::int64_t>(edge - step, 0) : std::min<std::int64_t>(edge - step, 0);
        if (std::abs(step) < std::abs(edge - before)) return std::nullopt;
        auto last = sums_.find(step, lanes_);
        if (beats == 1) return before == 0 ? last : std::nullopt;
        for (std::int64_t slack = 0; slack < 64; ++slack) {
            std::int64_t sum = edge > 0 ? before + slack : before - slack;
            if (!inner_.contains(sum)) break;
            if (auto pairs = sums_.find(sum, (beats - 1) * lanes_)) {
                append(*pairs, *last);
                return pairs;
            }
        }
        return std::nullopt;
    }

    // Out of direct reach: leave the range on the other side one beat earlier, and wait for the last beat.
    std::optional<Pairs> wrapped_around(std::int64_t target, std::int64_t beats) const {
        if (datapath_.inner_overflow == OverflowMode::Saturate || beats < 2) return std::nullopt;
        const std::int64_t turn = inner_.max - inner_.min + 1;
        const std::int64_t sum = target > 0 ? target - turn : target + turn;
        auto pairs = sums_.find(sum, (beats - 1) * lanes_);
        if (pairs) append(*pairs, zeros(lanes_));
        return pairs ? pairs : wrapped_and_on(sum, beats);
    }

    // The beats in front of the last one leave the range as far as they can, and the last one makes up the
    // rest of `sum`, which they cannot reach alone.
    std::optional<Pairs> wrapped_and_on(std::int64_t sum, std::int64_t beats) const {
        const std::int64_t products = (beats - 1) * lanes_;
        const std::int64_t most = products * (sum > 0 ? sums_.range().max : sums_.range().min);
        if (inner_.contains(most) || std::abs(most) >= std::abs(sum)) return std::nullopt;
        auto pairs = sums_.find(most, products);
        auto rest = sums_.find(sum - most, lanes_);
        if (!pairs || !rest) return std::nullopt;
        append(*pairs, *rest);
        return pairs;
    }

    // A proof, or nothing. Where an earlier beat of the tile may have left the range, the accumulator is not
    // the sum of the products any more: in wrap and trap it is that sum modulo 2^P_I, in saturate it still is
    // not beyond what the products reach.
    std::string inner_reason(ValueClass value, std::int64_t beats) const {
        const std::int64_t target = value_of(value, inner_);
        const std::int64_t products = beats * lanes_, earlier = products - lanes_;
        const Range product = sums_.range();
        const Range reach = {products * product.min, products * product.max};
        const bool left_above = earlier * product.max > inner_.max;
        const bool left_below = earlier * product.min < inner_.min;
        const bool wraps = datapath_.inner_overflow != OverflowMode::Saturate;
        std::string reason;
        if (!reach.contains(target))
            reason = fmt::format("{} products add up to {}..{} at most", products, reach.min, reach.max);
        else if (!is_overflow(value) && sums_.is_unreachable(target, products))
            reason = fmt::format("no {} products add up to {}", products, target);
        if (reason.empty() || (!left_above && !left_below)) return reason;
        if (!wraps) return reach.contains(target) ? "" : reason;
        // From beyond the other end, products that have the right sign may come back and leave on this side.
        if (is_overflow(value)) {
            const bool comes_back = target > 0 ? left_below : left_above && product.min < 0;
            return comes_back ? "" : reason;
        }
        const std::int64_t turn = inner_.max - inner_.min + 1;
        for (std::int64_t sum = target + turn; left_above && sum <= reach.max; sum += turn)
            if (!sums_.is_unreachable(sum, products)) return {};
        for (std::int64_t sum = target - turn; left_below && sum >= reach.min; sum -= turn)
            if (!sums_.is_unreachable(sum, products)) return {};
        return reason;
    }

    // What a tile can add to the outer accumulator at most; every value of it where the inner one wraps.
    Range tile_range() const {
        const Range product = sums_.range();
        const Range reach = {datapath_.tile * product.min, datapath_.tile * product.max};
        const bool wraps = datapath_.inner_overflow != OverflowMode::Saturate &&
                           (reach.min < inner_.min || reach.max > inner_.max);
        return wraps ? inner_ : Range{std::max(inner_.min, reach.min), std::min(inner_.max, reach.max)};
    }

    // Products of a tile that leave this in the inner accumulator: their sum, or what it wraps from.
    std::optional<Pairs> tile_pairs(std::int64_t value) const {
        auto pairs = sums_.find(value, datapath_.tile);
        if (pairs || datapath_.inner_overflow == OverflowMode::Saturate) return pairs;
        const std::int64_t turn = inner_.max - inner_.min + 1;
        return sums_.find(value < 0 ? value + turn : value - turn, datapath_.tile);
    }

    // What the inner accumulator can hold at the end of a tile, as far as directed vectors use it.
    std::int64_t tile_limit(bool positive) const {
        const Range tile = tile_range();
        std::int64_t limit = positive ? tile.max : tile.min;
        while (limit != 0 && !tile_pairs(limit)) limit += positive ? -1 : 1;
        return limit;
    }

    void aim_outer(DirectedGoal& goal) const {
        const Bin& bin = goal.bin;
        const std::int64_t target = value_of(bin.value, outer_);
        const bool early = bin.position == Position::Only || bin.position == Position::First;
        if (early && is_overflow(bin.value)) {
            goal.unreachable = "the first tile of a dot product has P_I <= P_O bits and is added to 0";
            return;
        }
        // Unsigned factors: a tile adds nothing negative, and only an accumulator that wrapped is below 0.
        if (!early && target < 0 && tile_range().min >= 0) {
            if (is_overflow(bin.value) || datapath_.outer_overflow == OverflowMode::Saturate)
                goal.unreachable = "no tile is negative";
            else
                aim_tiles(goal, target + (outer_.max - outer_.min + 1), tile_limit(true), true);
            return;
        }
        const std::int64_t limit = tile_limit(target > 0);
        if (early && (target > 0 ? target > limit : target < limit)) {
            goal.unreachable = first_tile_reason(target);
            return;
        }
        if (target != 0 && limit == 0) return;  // a hole
        aim_tiles(goal, target, limit, false);
    }

    // Tiles of at most `limit` that add up to `sum`; one more of zeros behind them where they wrapped.
    void aim_tiles(DirectedGoal& goal, std::int64_t sum, std::int64_t limit, bool wraps) const {
        const Position position = goal.bin.position;
        const bool early = position == Position::Only || position == Position::First;
        const std::int64_t needed = sum == 0 ? 1 : ceil_div(sum, limit);
        const std::int64_t tiles = early ? 1 : std::max<std::int64_t>(needed, 2);
        if ((tiles + (wraps ? 1 : 0)) * datapath_.tile > kLongestDirected) {
            goal.out_of_length = fmt::format("needs {} products, directed ones have at most {}",
                                             tiles * datapath_.tile, kLongestDirected);
            return;
        }
        Pairs pairs;
        std::int64_t rest = sum;
        for (std::int64_t tile = 0; tile < tiles; ++tile) {
            // The small rest comes first, so that an overflow waits for the last tile.
            std::int64_t full = (tiles - 1 - tile) * limit;
            std::int64_t part =
                sum > 0 ? std::max<std::int64_t>(rest - full, 0) : std::min<std::int64_t>(rest - full, 0);
            auto found = tile_pairs(part);
            if (!found) return;  // a hole
            append(pairs, *found);
            rest -= part;
        }
        if (wraps) append(pairs, zeros(datapath_.tile));
        if (position == Position::First || position == Position::Middle) append(pairs, zeros(1));
        goal.group = group_of(pairs);
    }

    std::string first_tile_reason(std::int64_t target) const {
        const Range tile = tile_range();
        if (tile.contains(target)) return {};
        return fmt::format("one tile adds {}..{} at most", tile.min, tile.max);
    }

    hw::Group group_of(const Pairs& pairs) const {
        hw::Group group{static_cast<std::int64_t>(pairs.size()), {}, {}};
        for (int row = 0; row < array_.rows; ++row)
            for (const CodePair& pair : pairs) group.activations.push_back(pair.activation);
        for (int column = 0; column < array_.columns; ++column)
            for (const CodePair& pair : pairs) group.weights.push_back(pair.weight);
        return group;
    }

    const golden::Datapath& datapath_;
    const hw::ArrayConfig& array_;
    ProductSums sums_;
    Range inner_, outer_;
    std::int64_t lanes_, beats_;
    bool fills_tiles_;  // as_checked
};

}  // namespace

std::vector<DirectedGoal> directed_goals(const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    Director director(datapath, array);
    std::vector<DirectedGoal> goals;
    for (const Bin& bin : all_bins())
        if (bin.stall == StallContext::None)
            goals.push_back(director.goal(bin.level, bin.value, bin.position));
    return goals;
}

}  // namespace macaw::sim
