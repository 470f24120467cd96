// How a layer lies in memory and in which order it is brought to the array, of either dataflow: pure
// arithmetic that the controller walks through, the tiler follows and the prediction adds up.
//
// Memory: activations [tokens, K] at N bits a code, weights [out_features, K] at M bits a code, both packed
// (code k at bit k*N, little-endian) with each row beginning at a byte; results [tokens, out_features] with
// ceil(P_O / 8) bytes each, two's complement.
//
// Order: a block is R tokens x C output channels; blocks come token group by token group. The activations of
// a token group are read once, with its first block, and stay on chip; the weights of a column group are read
// for every block. Each row is one burst.
#pragma once

#include <cstdint>
#include <vector>

#include "golden/matmul.hpp"
#include "hw/array/array_config.hpp"

namespace macaw::sim {

// Rows of one matrix that are read together.
struct RowTransfer {
    std::uint64_t address = 0;  // of the first row; the others follow
    std::int64_t rows = 0;
    std::int64_t row_bytes = 0;
    std::int64_t bytes() const { return rows * row_bytes; }
};

struct Block {
    std::int64_t token_group = 0;
    std::int64_t column_group = 0;
    RowTransfer activations;  // 0 rows where the token group is on chip already
    RowTransfer weights;
    std::int64_t tokens = 0;    // of the R rows; the others are padding and are not written
    std::int64_t channels = 0;  // of the C columns
};

class LayerPlan {
  public:
    LayerPlan(const golden::MatmulShape& shape, const golden::Datapath& datapath,
              const hw::ArrayConfig& array);

    std::int64_t blocks() const { return token_groups_ * column_groups_; }
    std::int64_t token_groups() const { return token_groups_; }
    std::int64_t column_groups() const { return column_groups_; }
    std::int64_t beats_per_block() const { return beats_; }  // of activations
    std::int64_t weight_beats_per_block() const { return weight_beats_; }
    Block block(std::int64_t index) const;

    // One row of results of a block: `row` below Block::tokens.
    std::uint64_t result_address(const Block& block, std::int64_t row) const;
    std::int64_t result_bytes(const Block& block) const { return block.channels * result_bytes_; }
    std::int64_t bytes_per_result() const { return result_bytes_; }

    std::uint64_t activation_base() const { return 0; }
    std::uint64_t weight_base() const { return weight_base_; }
    std::uint64_t result_base() const { return result_base_; }
    std::int64_t memory_bytes() const { return memory_bytes_; }
    std::int64_t activation_row_bytes() const { return activation_row_bytes_; }
    std::int64_t weight_row_bytes() const { return weight_row_bytes_; }
    const golden::MatmulShape& shape() const { return shape_; }

  private:
    golden::MatmulShape shape_;
    std::int64_t rows_, columns_;  // R, C
    std::int64_t token_groups_, column_groups_, beats_, weight_beats_;
    std::int64_t activation_row_bytes_, weight_row_bytes_, result_bytes_;
    std::uint64_t weight_base_, result_base_;
    std::int64_t memory_bytes_;
};

}  // namespace macaw::sim
