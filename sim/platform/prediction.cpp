// See prediction.hpp for the equations. Time is kept twice: `step` counts the cycles in which the pipeline
// moves, `cycle` all of them; block j is at the end of the pipeline P - 1 steps behind its last beat.
#include "sim/platform/prediction.hpp"

#include "sim/platform/prediction_parts.hpp"

namespace macaw::sim {

namespace {

class Pipeline {
  public:
    Pipeline(const LayerPlan& plan, Results& results, const hw::Latency& latency, PlatformFigures& figures)
        : plan_(plan),
          results_(results),
          depth_(latency.last_beat_to_first_output - 1),
          rows_(latency.drain),
          figures_(figures) {}

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
            const std::int64_t drained = drain();
            figures_.blocked_cycles += std::max<std::int64_t>(0, drained - std::max(cycle_, available));
            cycle_ = drained;
        }
        cycle_ += step - step_;
        step_ = step;
    }

    // The next block is at the end of the pipeline; returns D(j), when it moves into the drain chain.
    std::int64_t drain() {
        const Block block = plan_.block(next_block_++);
        const std::int64_t loaded = std::max(cycle_, results_.last_row() + 1);
        for (std::int64_t row = 0; row < rows_; ++row) results_.deliver(block, row, loaded + 1);
        return loaded;
    }

    const LayerPlan& plan_;
    Results& results_;
    std::int64_t depth_;  // P - 1
    std::int64_t rows_;   // R
    std::int64_t next_block_ = 0;
    PlatformFigures& figures_;
    std::int64_t step_ = -1, cycle_ = -1;
    std::deque<std::int64_t> at_end_;  // steps in which blocks reach the end of the pipeline
};

PlatformFigures predict_output_stationary(const LayerPlan& plan, const PlatformConfig& config,
                                          const hw::Latency& latency) {
    PlatformFigures figures;
    Operands operands(plan, config, figures);
    Results results(plan, config, figures);
    Pipeline pipeline(plan, results, latency, figures);
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

}  // namespace

PlatformFigures predict(const LayerPlan& plan, const PlatformConfig& config, const golden::Datapath& datapath,
                        const hw::ArrayConfig& array) {
    if (array.dataflow == hw::Dataflow::WeightStationary)
        return predict_weight_stationary(plan, config, datapath, array);
    return predict_output_stationary(plan, config, hw::latency_of(datapath, array));
}

}  // namespace macaw::sim
