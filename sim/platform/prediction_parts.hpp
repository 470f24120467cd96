// What the predictions of both dataflows share: when operands are on chip, when rows of results leave.
// Private to prediction*.cpp; the symbols are those of prediction.hpp.
#pragma once

#include <algorithm>
#include <deque>

#include "sim/platform/prediction.hpp"

namespace macaw::sim {

// The result side: o(j, r), W(n).
class Results {
  public:
    Results(const LayerPlan& plan, const PlatformConfig& config, PlatformFigures& figures)
        : plan_(plan), config_(config), figures_(figures) {}

    // The next row is offered by the array in cycle `offered`, or when the row before has left; returns the
    // cycle in which it leaves.
    std::int64_t deliver(const Block& block, std::int64_t row, std::int64_t offered) {
        auto room = static_cast<std::size_t>(config_.result_rows);
        offered = std::max(offered, last_row_ + 1);
        last_row_ = std::max(offered, waiting_.size() == room ? waiting_.front() : 0);
        figures_.output_blocked_cycles += last_row_ - offered;
        if (row < block.tokens) write(plan_.result_bytes(block), room);
        return last_row_;
    }
    std::int64_t last_row() const { return last_row_; }
    std::int64_t last_acknowledgement() const { return acknowledged_; }

  private:
    void write(std::int64_t bytes, std::size_t room) {
        const std::int64_t cycles = (bytes + config_.bytes_per_cycle - 1) / config_.bytes_per_cycle;
        acknowledged_ = std::max(acknowledged_, last_row_ + 1 + config_.latency) + cycles;
        figures_.write_busy_cycles += cycles;
        figures_.result_bytes_written += bytes;
        if (waiting_.size() == room) waiting_.pop_front();
        waiting_.push_back(acknowledged_);
    }

    const LayerPlan& plan_;
    const PlatformConfig& config_;
    PlatformFigures& figures_;
    std::int64_t last_row_ = -1;        // o of the row before
    std::int64_t acknowledged_ = 0;     // W of the row before
    std::deque<std::int64_t> waiting_;  // W of the last Q rows
};

// The operand side: L(j).
class Operands {
  public:
    Operands(const LayerPlan& plan, const PlatformConfig& config, PlatformFigures& figures)
        : plan_(plan), config_(config), figures_(figures) {}

    // `freed`: cycle in which the buffer of block j - D is free, 0 for the first D blocks.
    std::int64_t load(std::int64_t index, std::int64_t freed) {
        const Block block = plan_.block(index);
        std::int64_t data = cycles_of(block.activations) + cycles_of(block.weights);
        loaded_ = std::max(loaded_, freed + config_.latency) + data;
        figures_.read_busy_cycles += data;
        figures_.activation_bytes_read += block.activations.bytes();
        figures_.weight_bytes_read += block.weights.bytes();
        return loaded_;
    }

  private:
    std::int64_t cycles_of(const RowTransfer& transfer) const {
        return transfer.rows * ((transfer.row_bytes + config_.bytes_per_cycle - 1) / config_.bytes_per_cycle);
    }
    const LayerPlan& plan_;
    const PlatformConfig& config_;
    PlatformFigures& figures_;
    std::int64_t loaded_ = 0;
};

}  // namespace macaw::sim
