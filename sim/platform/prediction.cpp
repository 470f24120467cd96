// See prediction.hpp for the equations. Time is kept twice: `step` counts the cycles in which the pipeline
// moves, `cycle` all of them; block j is at the end of the pipeline P - 1 steps behind its last beat.
#include "sim/platform/prediction.hpp"

#include <algorithm>
#include <deque>

namespace macaw::sim {

namespace {

std::int64_t divide_up(std::int64_t value, std::int64_t by) {
    return (value + by - 1) / by;
}

// The result side: D(j), o(j, r), W(n).
class Results {
  public:
    Results(const LayerPlan& plan, const PlatformConfig& config, std::int64_t rows, PlatformFigures& figures)
        : plan_(plan), config_(config), rows_(rows), figures_(figures) {}

    // The next block is at the end of the pipeline in `cycle`; returns when it moves into the drain chain.
    std::int64_t drain(std::int64_t cycle) {
        const Block block = plan_.block(next_block_++);
        std::int64_t loaded = std::max(cycle, last_row_ + 1);
        std::int64_t offered = loaded + 1;
        const std::int64_t row_cycles = divide_up(plan_.result_bytes(block), config_.bytes_per_cycle);
        for (std::int64_t row = 0; row < rows_; ++row) {
            auto room = static_cast<std::size_t>(config_.result_rows);
            last_row_ = std::max(offered, waiting_.size() == room ? waiting_.front() : 0);
            figures_.output_blocked_cycles += last_row_ - offered;
            if (row < block.tokens) write(row_cycles, room);
            offered = last_row_ + 1;
        }
        figures_.result_bytes_written += block.tokens * plan_.result_bytes(block);
        return loaded;
    }
    std::int64_t last_acknowledgement() const { return acknowledged_; }

  private:
    void write(std::int64_t row_cycles, std::size_t room) {
        acknowledged_ = std::max(acknowledged_, last_row_ + 1 + config_.latency) + row_cycles;
        figures_.write_busy_cycles += row_cycles;
        if (waiting_.size() == room) waiting_.pop_front();
        waiting_.push_back(acknowledged_);
    }

    const LayerPlan& plan_;
    const PlatformConfig& config_;
    std::int64_t rows_;
    PlatformFigures& figures_;
    std::int64_t next_block_ = 0;
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
        return transfer.rows * divide_up(transfer.row_bytes, config_.bytes_per_cycle);
    }
    const LayerPlan& plan_;
    const PlatformConfig& config_;
    PlatformFigures& figures_;
    std::int64_t loaded_ = 0;
};

class Pipeline {
  public:
    Pipeline(Results& results, std::int64_t depth, PlatformFigures& figures)
        : results_(results), depth_(depth), figures_(figures) {}

    // The beats of a block whose operands are on chip from `available` on; returns the cycle of the last one.
    std::int64_t stream(std::int64_t beats, std::int64_t available) {
        advance_to(step_ + 1, available);
        while (cycle_ < available) {
            std::int64_t target = step_ + (available - cycle_);
            if (!at_end_.empty()) target = std::min(target, std::max(step_ + 1, at_end_.front()));
            advance_to(target, available);
        }
        advance_to(step_ + beats - 1, available);
        at_end_.push_back(step_ + depth_);
        return cycle_;
    }
    void finish() {
        while (!at_end_.empty()) advance_to(at_end_.front(), INT64_MAX);
    }

  private:
    // To the cycle of that step. A block that reaches the end on the way freezes the steps until it drains.
    void advance_to(std::int64_t step, std::int64_t available) {
        while (!at_end_.empty() && at_end_.front() <= step) {
            cycle_ += at_end_.front() - step_;
            step_ = at_end_.front();
            at_end_.pop_front();
            std::int64_t drained = results_.drain(cycle_);
            figures_.blocked_cycles += std::max<std::int64_t>(0, drained - std::max(cycle_, available));
            cycle_ = drained;
        }
        cycle_ += step - step_;
        step_ = step;
    }

    Results& results_;
    std::int64_t depth_;  // P - 1
    PlatformFigures& figures_;
    std::int64_t step_ = -1, cycle_ = -1;
    std::deque<std::int64_t> at_end_;  // steps in which blocks reach the end of the pipeline
};

}  // namespace

PlatformFigures predict(const LayerPlan& plan, const PlatformConfig& config, const hw::Latency& latency) {
    PlatformFigures figures;
    Operands operands(plan, config, figures);
    Results results(plan, config, latency.drain, figures);
    Pipeline pipeline(results, latency.last_beat_to_first_output - 1, figures);
    std::vector<std::int64_t> last_beat;  // E
    for (std::int64_t block = 0; block < plan.blocks(); ++block) {
        std::int64_t before = block - config.operand_buffers;
        std::int64_t freed = before < 0 ? 0 : last_beat[static_cast<std::size_t>(before)] + 1;
        last_beat.push_back(pipeline.stream(plan.beats_per_block(), operands.load(block, freed)));
    }
    pipeline.finish();
    figures.beats = plan.blocks() * plan.beats_per_block();
    figures.starved_cycles = last_beat.back() + 1 - figures.beats - figures.blocked_cycles;
    figures.cycles = results.last_acknowledgement();
    figures.tail_cycles = figures.cycles - (last_beat.back() + 1);
    return figures;
}

}  // namespace macaw::sim
