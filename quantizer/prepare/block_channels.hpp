// The channels inside a block that may be scaled or permuted without changing its function, because the rows
// of their producer take the inverse:
//   group            input channels of its layers      producer
//   AttentionInput   residual stream behind the norm   attention norm's weights       scale
//   AttentionOutput  heads of values                   rows of v_proj                 scale, permute in a
//   head MlpInput         residual stream behind the norm   mlp norm's weights             scale MlpOutput
//   intermediate channels             rows of up_proj (and gate)     scale, permute
// With grouped queries, one value channel feeds the same channel of all query heads of its group.
// Not where the input is transformed online (a rotated down-projection input): channels are mixed there.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "quantizer/llama/checkpoint.hpp"

namespace macaw::quantizer {

// Input channel of the group's layers -> channel of its producer. [in_features]
std::vector<Index> producer_channels(LinearGroup group, const ModelConfig& config);

// Largest entry of `per_input` (>= 0) among the input channels of every producer channel. [producer channels]
Vector largest_by_producer(LinearGroup group, const ModelConfig& config, const Vector& per_input);

// Every producer channel's output divided by scale[channel] > 0, the columns that read it multiplied.
// scale: [producer channels]
void scale_group_input(LinearGroup group, const ModelConfig& config, const Vector& scale, BlockNorms& norms,
                       BlockLinear& linear);

// Largest |w| of every column of the group's layers. [in_features]
Vector column_maxima(LinearGroup group, const BlockLinear& linear);

// Cross-layer equalisation (Nagel et al., arXiv 1906.04721, Eq. 11) of v_proj/o_proj and, unless its input is
// transformed online, up_proj/down_proj: each channel gets the same largest |w| in the producer's row and in
// the columns behind it.
void equalize_block(const ModelConfig& config, bool down_input_rotated, BlockLinear& linear);

// Balanced tiles of `tile` columns (tile_order.hpp) for down_proj by its intermediate channels, unless its
// input is transformed online, and for o_proj by the channels of a head, the same for all heads; the latter
// where a tile is a part of a head. (Where heads are parts of tiles the order in a head makes no difference.)
void balance_block_tiles(const ModelConfig& config, std::int64_t tile, bool down_input_rotated,
                         BlockLinear& linear);

}  // namespace macaw::quantizer
