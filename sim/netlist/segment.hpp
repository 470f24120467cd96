// One lane of a replay: walks the stimulus from a given block on and knows what the array must answer.
#pragma once

#include <deque>
#include <span>

#include "golden/matmul.hpp"
#include "sim/netlist/replay.hpp"

namespace macaw::sim {

// One row of results as it appears at the array's output ports.
struct OutputRow {
    std::span<const std::uint32_t> data;  // out_data_o
    std::uint64_t inner_overflow = 0;     // bit = column; 0 where the port does not exist
    std::uint64_t outer_overflow = 0;
    bool last = false;
};

// Which flags the array has at its ports.
struct FlagPorts {
    bool inner = false;
    bool outer = false;
};

class Segment {
  public:
    Segment(const Stimulus& stimulus, const golden::Datapath& datapath, FlagPorts flags, SegmentStart start);

    std::span<const std::uint32_t> activations() const;  // port words of the present beat
    std::span<const std::uint32_t> weights() const;
    bool last() const { return beat_ + 1 == layer().beats; }
    std::size_t layer_index() const { return layer_; }
    std::int64_t rows_compared() const { return rows_compared_; }

    // The present beat was accepted.
    void advance();
    // Error: a value, a flag or the end of the block is not as golden says.
    Expected<void> compare(const OutputRow& row);

  private:
    // The results of one block, [rows, columns].
    struct Block {
        std::size_t layer = 0;
        std::int64_t token_group = 0;
        std::int64_t column_group = 0;
        std::vector<golden::DotProduct> outputs;
        int next_row = 0;
    };

    const LayerStimulus& layer() const { return stimulus_.layers[layer_]; }
    Block expected_block() const;

    const Stimulus& stimulus_;
    const golden::Datapath& datapath_;
    FlagPorts flags_;
    std::size_t layer_;
    std::int64_t token_group_;
    std::int64_t column_group_;
    std::int64_t beat_ = 0;
    std::deque<Block> due_;
    std::int64_t rows_compared_ = 0;
};

}  // namespace macaw::sim
