#include "quantizer/prepare/block_channels.hpp"

#include <cmath>

#include "quantizer/prepare/tile_order.hpp"

namespace macaw::quantizer {

namespace {

Projection producer_of(LinearGroup group) {
    return group == LinearGroup::AttentionOutput ? Projection::Value : Projection::Up;
}

bool behind_a_norm(LinearGroup group) {
    return group == LinearGroup::AttentionInput || group == LinearGroup::MlpInput;
}

void equalize_pair(LinearGroup group, const ModelConfig& config, BlockLinear& linear) {
    Vector produced = linear[producer_of(group)].cwiseAbs().rowwise().maxCoeff();
    Vector consumed = largest_by_producer(group, config, column_maxima(group, linear));
    Vector scale = Vector::Ones(produced.size());
    for (Index channel = 0; channel < scale.size(); ++channel)
        if (produced(channel) > 0 && consumed(channel) > 0)
            scale(channel) = std::sqrt(produced(channel) / consumed(channel));
    BlockNorms none;  // no norm stands between these layers
    scale_group_input(group, config, scale, none, linear);
}

void balance_intermediate(std::int64_t tile, BlockLinear& linear) {
    auto order = balanced_tile_order(tile_gram(importance_of(linear[Projection::Down])), tile);
    permute_columns(linear[Projection::Down], order);
    permute_rows(linear[Projection::Gate], order);
    permute_rows(linear[Projection::Up], order);
}

void balance_heads(const ModelConfig& config, std::int64_t tile, BlockLinear& linear) {
    Index size = config.head_size;
    if (tile >= size || size % tile != 0) return;
    // The order is shared by all heads, so every head's columns count as rows of their own.
    Matrix importance = importance_of(linear[Projection::Output]);
    Matrix gram = Matrix::Zero(size, size);
    for (Index head = 0; head < config.attention_heads; ++head)
        gram += tile_gram(importance.middleCols(head * size, size));
    std::vector<Index> in_head = balanced_tile_order(gram, tile);
    auto in_all = [&](Index heads) {
        std::vector<Index> order;
        for (Index head = 0; head < heads; ++head)
            for (Index channel : in_head) order.push_back(head * size + channel);
        return order;
    };
    permute_columns(linear[Projection::Output], in_all(config.attention_heads));
    permute_rows(linear[Projection::Value], in_all(config.key_value_heads));
}

}  // namespace

std::vector<Index> producer_channels(LinearGroup group, const ModelConfig& config) {
    std::vector<Index> channels = identity_order(shape_of(projections_of(group).front(), config).in_features);
    if (group != LinearGroup::AttentionOutput) return channels;
    Index queries_per_value = config.attention_heads / config.key_value_heads;
    for (Index& channel : channels) {
        Index head = channel / config.head_size / queries_per_value;
        channel = head * config.head_size + channel % config.head_size;
    }
    return channels;
}

Vector largest_by_producer(LinearGroup group, const ModelConfig& config, const Vector& per_input) {
    std::vector<Index> channels = producer_channels(group, config);
    require(channels.size() == static_cast<std::size_t>(per_input.size()),
            "largest_by_producer: one value an input channel");
    // Every producer channel has a reader, and the last input channel reads the last one.
    Vector largest = Vector::Zero(channels.back() + 1);
    for (std::size_t i = 0; i < channels.size(); ++i)
        largest(channels[i]) = std::max(largest(channels[i]), per_input(static_cast<Index>(i)));
    return largest;
}

void scale_group_input(LinearGroup group, const ModelConfig& config, const Vector& scale, BlockNorms& norms,
                       BlockLinear& linear) {
    require((scale.array() > 0).all() && scale.allFinite(), "scale_group_input: scales must be positive");
    std::vector<Index> channels = producer_channels(group, config);
    Vector by_column = scale(channels);
    for (Projection projection : projections_of(group))
        linear[projection].array().rowwise() *= by_column.transpose().array();
    if (behind_a_norm(group)) {
        Vector& norm = group == LinearGroup::AttentionInput ? norms.attention : norms.mlp;
        norm.array() /= scale.array();
    } else {
        linear[producer_of(group)].array().colwise() /= scale.array();
    }
}

Vector column_maxima(LinearGroup group, const BlockLinear& linear) {
    Vector maxima = Vector::Zero(linear[projections_of(group).front()].cols());
    for (Projection projection : projections_of(group))
        maxima = maxima.cwiseMax(linear[projection].cwiseAbs().colwise().maxCoeff().transpose());
    return maxima;
}

void equalize_block(const ModelConfig& config, bool down_input_rotated, BlockLinear& linear) {
    equalize_pair(LinearGroup::AttentionOutput, config, linear);
    if (!down_input_rotated) equalize_pair(LinearGroup::MlpOutput, config, linear);
}

void balance_block_tiles(const ModelConfig& config, std::int64_t tile, bool down_input_rotated,
                         BlockLinear& linear) {
    require(tile > 0, "balance_block_tiles: impossible tile");
    if (!down_input_rotated) balance_intermediate(tile, linear);
    balance_heads(config, tile, linear);
}

}  // namespace macaw::quantizer
