// One lane of a replay: walks the stimulus from a given block on and knows what the array must answer.
#pragma once

#include <deque>
#include <span>

#include "golden/matmul.hpp"
#include "hw/array/stream_layout.hpp"
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
    bool last() const;  // in_last_i of the present beat
    std::size_t layer_index() const { return tokens_.layer; }
    std::int64_t rows_compared() const { return rows_compared_; }

    // The present beat was accepted; without a weight stream that of the weights too.
    void advance();
    // Of a weight stream: the present beat of weights was accepted.
    void advance_weights();
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

    // A stream's way through the blocks of the layers, in their order and from the first one again.
    struct Walker {
        std::size_t layer = 0;
        std::int64_t token_group = 0;
        std::int64_t column_group = 0;
        std::int64_t beat = 0;
    };
    // To the next beat; true behind the last one of a block of `beats` beats.
    bool step(Walker& walker, std::int64_t beats) const;
    const LayerStimulus& layer_of(const Walker& walker) const { return stimulus_.layers[walker.layer]; }
    Block expected_block() const;

    const Stimulus& stimulus_;
    const golden::Datapath& datapath_;
    FlagPorts flags_;
    hw::StreamLayout layout_;
    Walker tokens_, weights_;
    std::deque<Block> due_;
    std::int64_t rows_compared_ = 0;
};

}  // namespace macaw::sim
