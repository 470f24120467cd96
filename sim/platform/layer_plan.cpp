#include "sim/platform/layer_plan.hpp"

#include <algorithm>

#include "hw/array/stream_layout.hpp"

namespace macaw::sim {

namespace {

std::int64_t divide_up(std::int64_t value, std::int64_t by) {
    return (value + by - 1) / by;
}

// Regions begin at a whole line, as an allocator would place them.
std::int64_t aligned(std::int64_t bytes) {
    constexpr std::int64_t kLine = 64;
    return divide_up(bytes, kLine) * kLine;
}

}  // namespace

LayerPlan::LayerPlan(const golden::MatmulShape& shape, const golden::Datapath& datapath,
                     const hw::ArrayConfig& array)
    : shape_(shape),
      rows_(array.rows),
      columns_(array.columns),
      token_groups_(divide_up(shape.tokens, array.rows)),
      column_groups_(divide_up(shape.out_features, array.columns)),
      beats_(hw::StreamLayout(datapath, array).activation_beats(shape.in_features)),
      weight_beats_(hw::StreamLayout(datapath, array).weight_beats(shape.in_features)),
      activation_row_bytes_(divide_up(shape.in_features * datapath.activation_bits.bits(), 8)),
      weight_row_bytes_(divide_up(shape.in_features * datapath.weight_bits.bits(), 8)),
      result_bytes_(divide_up(datapath.outer_bits.bits(), 8)) {
    require(shape.tokens >= 1 && shape.in_features >= 1 && shape.out_features >= 1, "LayerPlan: empty shape");
    std::int64_t weights = aligned(shape.tokens * activation_row_bytes_);
    std::int64_t results = weights + aligned(shape.out_features * weight_row_bytes_);
    weight_base_ = static_cast<std::uint64_t>(weights);
    result_base_ = static_cast<std::uint64_t>(results);
    memory_bytes_ = results + shape.tokens * shape.out_features * result_bytes_;
}

Block LayerPlan::block(std::int64_t index) const {
    Block block;
    block.token_group = index / column_groups_;
    block.column_group = index % column_groups_;
    std::int64_t token = block.token_group * rows_;
    std::int64_t channel = block.column_group * columns_;
    block.tokens = std::min(rows_, shape_.tokens - token);
    block.channels = std::min(columns_, shape_.out_features - channel);
    block.activations = {activation_base() + static_cast<std::uint64_t>(token * activation_row_bytes_),
                         block.column_group == 0 ? block.tokens : 0, activation_row_bytes_};
    block.weights = {weight_base_ + static_cast<std::uint64_t>(channel * weight_row_bytes_), block.channels,
                     weight_row_bytes_};
    return block;
}

std::uint64_t LayerPlan::result_address(const Block& block, std::int64_t row) const {
    std::int64_t first =
        (block.token_group * rows_ + row) * shape_.out_features + block.column_group * columns_;
    return result_base_ + static_cast<std::uint64_t>(first * result_bytes_);
}

}  // namespace macaw::sim
