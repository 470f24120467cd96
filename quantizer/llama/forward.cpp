#include "quantizer/llama/forward.hpp"

#include <cmath>

namespace macaw::quantizer {

namespace {

// Rotates the two halves of every head (transformers' rotate_half). x: [tokens, heads * head_size]
void apply_rotary(const Rotary& rotary, std::int64_t head_size, Matrix& x) {
    Index half = head_size / 2;
    for (Index token = 0; token < x.rows(); ++token) {
        auto cosine = rotary.cosines.row(token).array();
        auto sine = rotary.sines.row(token).array();
        for (Index start = 0; start < x.cols(); start += head_size) {
            Eigen::RowVectorXf low = x.row(token).segment(start, half);
            Eigen::RowVectorXf high = x.row(token).segment(start + half, half);
            x.row(token).segment(start, half) = low.array() * cosine - high.array() * sine;
            x.row(token).segment(start + half, half) = high.array() * cosine + low.array() * sine;
        }
    }
}

// Softmax over positions 0..token of every row, zero behind. scores: [tokens, tokens]
void causal_softmax(Matrix& scores) {
    for (Index token = 0; token < scores.rows(); ++token) {
        auto seen = scores.row(token).head(token + 1).array();
        seen = (seen - seen.maxCoeff()).exp();
        seen /= seen.sum();
        scores.row(token).tail(scores.cols() - token - 1).setZero();
    }
}

}  // namespace

Rotary make_rotary(const ModelConfig& config, std::int64_t window) {
    Index half = config.head_size / 2;
    Rotary rotary{Matrix(window, half), Matrix(window, half)};
    for (Index i = 0; i < half; ++i) {
        // Angles in float32, as the reference computes them.
        auto exponent = static_cast<float>(2 * i) / static_cast<float>(config.head_size);
        float frequency = 1.0F / std::pow(static_cast<float>(config.rope_theta), exponent);
        if (!config.rope_divisors.empty()) frequency /= config.rope_divisors[static_cast<std::size_t>(i)];
        for (Index position = 0; position < window; ++position) {
            float angle = static_cast<float>(position) * frequency;
            rotary.cosines(position, i) = std::cos(angle);
            rotary.sines(position, i) = std::sin(angle);
        }
    }
    return rotary;
}

Matrix root_mean_square_norm(const Matrix& x, const Vector& weight, double epsilon) {
    auto size = static_cast<float>(x.cols());
    Eigen::ArrayXf scale =
        (x.rowwise().squaredNorm().array() / size + static_cast<float>(epsilon)).sqrt().inverse();
    return (x.array().colwise() * scale).rowwise() * weight.transpose().array();
}

Matrix embed(const Checkpoint& checkpoint, std::span<const TokenId> tokens) {
    Matrix hidden(static_cast<Index>(tokens.size()), checkpoint.config.hidden_size);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        require(tokens[i] >= 0 && tokens[i] < checkpoint.config.vocabulary,
                "embed: token outside the vocabulary");
        hidden.row(static_cast<Index>(i)) = checkpoint.embedding.row(tokens[i]);
    }
    return hidden;
}

Matrix attention(const ModelConfig& config, const Rotary& rotary, Matrix query, Matrix key,
                 const Matrix& value) {
    Index head_size = config.head_size;
    apply_rotary(rotary, head_size, query);
    apply_rotary(rotary, head_size, key);
    query *= 1.0F / std::sqrt(static_cast<float>(head_size));
    Index group = config.attention_heads / config.key_value_heads;
    Matrix context(query.rows(), query.cols());
    Matrix scores;  // [tokens, tokens] of one head
    for (Index head = 0; head < config.attention_heads; ++head) {
        Index shared = head / group * head_size;
        scores.noalias() =
            query.middleCols(head * head_size, head_size) * key.middleCols(shared, head_size).transpose();
        causal_softmax(scores);
        context.middleCols(head * head_size, head_size).noalias() =
            scores * value.middleCols(shared, head_size);
    }
    return context;
}

Matrix gated(const Matrix& gate, const Matrix& up) {
    return gate.array() / (1.0F + (-gate.array()).exp()) * up.array();
}

void enter_block(const Checkpoint& checkpoint, std::int64_t block, WindowState& state) {
    const BlockNorms& norms = checkpoint.norms[static_cast<std::size_t>(block)];
    state.input = root_mean_square_norm(state.hidden, norms.attention, checkpoint.config.norm_epsilon);
}

void advance(const Checkpoint& checkpoint, const Rotary& rotary, std::int64_t block, LinearGroup group,
             std::span<Matrix> outputs, WindowState& state) {
    const ModelConfig& config = checkpoint.config;
    const BlockNorms& norms = checkpoint.norms[static_cast<std::size_t>(block)];
    switch (group) {
        case LinearGroup::AttentionInput:
            state.input = attention(config, rotary, std::move(outputs[0]), std::move(outputs[1]), outputs[2]);
            return;
        case LinearGroup::AttentionOutput:
            state.hidden += outputs[0];
            state.input = root_mean_square_norm(state.hidden, norms.mlp, config.norm_epsilon);
            return;
        case LinearGroup::MlpInput:
            state.input = gated(outputs[0], outputs[1]);
            return;
        case LinearGroup::MlpOutput:
            state.hidden += outputs[0];
            state.input.resize(0, 0);
            return;
    }
}

void pass_block(const Checkpoint& checkpoint, const LinearLayers& layers, const Rotary& rotary,
                std::int64_t block, WindowState& state) {
    enter_block(checkpoint, block, state);
    for (LinearGroup group : kLinearGroups) {
        std::vector<Matrix> outputs(projections_of(group).size());
        layers.apply(block, group, state.input, outputs);
        advance(checkpoint, rotary, block, group, outputs, state);
    }
}

Matrix logits_of(const Checkpoint& checkpoint, const Matrix& hidden, std::int64_t first_row,
                 std::int64_t rows) {
    Matrix normed = root_mean_square_norm(hidden.middleRows(first_row, rows), checkpoint.final_norm,
                                          checkpoint.config.norm_epsilon);
    return normed * checkpoint.lm_head().transpose();
}

Expected<Matrix> forward_hidden(const Checkpoint& checkpoint, LinearLayers& layers, const Rotary& rotary,
                                std::span<const TokenId> tokens) {
    WindowState state{embed(checkpoint, tokens), {}};
    for (std::int64_t block = 0; block < checkpoint.config.blocks; ++block) {
        MACAW_CHECK(layers.enter_block(block));
        pass_block(checkpoint, layers, rotary, block, state);
    }
    return std::move(state.hidden);
}

}  // namespace macaw::quantizer
