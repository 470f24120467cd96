#include "golden/matmul.hpp"

#include <algorithm>

namespace macaw::golden {

DotProduct dot_product(std::span<const WeightCode> weights, std::span<const ActivationCode> activations,
                       const Datapath& datapath) {
    require(weights.size() == activations.size(), "dot_product: weights and activations of different length");
    Range weight_range = datapath.weight_range();
    Range activation_range = datapath.activation_range();
    DotProduct result;
    std::int64_t outer = 0;
    for (std::size_t tile_begin = 0; tile_begin < weights.size();
         tile_begin += static_cast<std::size_t>(datapath.tile)) {
        std::size_t tile_end = std::min(weights.size(), tile_begin + static_cast<std::size_t>(datapath.tile));
        std::int64_t inner = 0;
        std::int64_t unchecked = inner;  // the inner value plus the products that were added exactly since
        for (std::size_t k = tile_begin; k < tile_end; ++k) {
            require(weight_range.contains(weights[k]),
                    "dot_product: weight code outside the datapath's range");
            require(activation_range.contains(activations[k]),
                    "dot_product: activation code outside the range");
            unchecked += std::int64_t{weights[k]} * activations[k];
            bool check_here =
                (k - tile_begin + 1) % static_cast<std::size_t>(datapath.products_per_check) == 0;
            if (!check_here && k + 1 < tile_end) continue;
            Accumulated checked = accumulate(unchecked, datapath.inner_bits, datapath.inner_overflow);
            result.inner_overflow |= checked.overflow;
            unchecked = inner = checked.value;
        }
        Accumulated checked = accumulate(outer + inner, datapath.outer_bits, datapath.outer_overflow);
        result.outer_overflow |= checked.overflow;
        outer = checked.value;
    }
    result.value = outer;
    return result;
}

OverflowCounts& OverflowCounts::operator+=(const OverflowCounts& other) {
    outputs += other.outputs;
    tiles += other.tiles;
    unchecked_tiles += other.unchecked_tiles;
    inner_overflow_tiles += other.inner_overflow_tiles;
    inner_overflow_outputs += other.inner_overflow_outputs;
    outer_overflow_outputs += other.outer_overflow_outputs;
    return *this;
}

MatmulResult matmul(std::span<const WeightCode> weights, std::span<const ActivationCode> activations,
                    const MatmulShape& shape, const Datapath& datapath) {
    auto in_features = static_cast<std::size_t>(shape.in_features);
    auto outputs = static_cast<std::size_t>(shape.tokens * shape.out_features);
    require(weights.size() == static_cast<std::size_t>(shape.out_features) * in_features,
            "matmul: shape of weights");
    require(activations.size() == static_cast<std::size_t>(shape.tokens) * in_features,
            "matmul: shape of activations");
    MatmulResult result;
    result.values.resize(outputs);
    result.inner_overflow.resize(outputs);
    result.outer_overflow.resize(outputs);
    result.counts.outputs = static_cast<std::int64_t>(outputs);
    result.counts.tiles = static_cast<std::int64_t>(outputs) * datapath.tiles(shape.in_features);
    auto tile = static_cast<std::size_t>(datapath.tile);
    for (std::size_t token = 0; token < static_cast<std::size_t>(shape.tokens); ++token) {
        for (std::size_t output = 0; output < static_cast<std::size_t>(shape.out_features); ++output) {
            auto row = weights.subspan(output * in_features, in_features);
            auto input = activations.subspan(token * in_features, in_features);
            DotProduct product = dot_product(row, input, datapath);
            std::size_t at = token * static_cast<std::size_t>(shape.out_features) + output;
            result.values[at] = product.value;
            result.inner_overflow[at] = product.inner_overflow ? 1 : 0;
            result.outer_overflow[at] = product.outer_overflow ? 1 : 0;
            result.counts.inner_overflow_outputs += product.inner_overflow ? 1 : 0;
            result.counts.outer_overflow_outputs += product.outer_overflow ? 1 : 0;
            if (!product.inner_overflow) continue;
            for (std::size_t begin = 0; begin < in_features;
                 begin += tile) {  // which tiles: each one on its own
                std::size_t length = std::min(tile, in_features - begin);
                DotProduct alone =
                    dot_product(row.subspan(begin, length), input.subspan(begin, length), datapath);
                result.counts.inner_overflow_tiles += alone.inner_overflow ? 1 : 0;
            }
        }
    }
    return result;
}

}  // namespace macaw::golden
