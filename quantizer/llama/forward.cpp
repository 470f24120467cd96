#include "quantizer/llama/forward.hpp"

#include <algorithm>
#include <cmath>

#include "quantizer/llama/vector_math.hpp"

namespace macaw::quantizer {

namespace {

// Query tokens whose scores are computed at once: keys behind the last of them are never looked at.
constexpr Index kQueryRows = 128;

// Rotates the two halves of every head (transformers' rotate_half). x: [tokens, heads * head_size]
void apply_rotary(const Rotary& rotary, Index head_size, Matrix& x) {
    Index half = head_size / 2;
    for (Index token = 0; token < x.rows(); ++token) {
        const float* cosine = rotary.cosines.data() + token * half;
        const float* sine = rotary.sines.data() + token * half;
        for (Index start = 0; start < x.cols(); start += head_size) {
            float* low = x.data() + token * x.cols() + start;
            float* high = low + half;
            for (Index i = 0; i < half; ++i) {
                float turned = low[i] * cosine[i] - high[i] * sine[i];
                high[i] = high[i] * cosine[i] + low[i] * sine[i];
                low[i] = turned;
            }
        }
    }
}

// Softmax of every row over the keys up to its own token, zero behind. scores: [rows, keys], the first row's
// token is `first`.
template <typename Scores>
void causal_softmax(Index first, Scores&& scores) {
    for (Index row = 0; row < scores.rows(); ++row) {
        Index seen = first + row + 1;
        softmax({&scores(row, 0), static_cast<std::size_t>(seen)});
        scores.row(row).tail(scores.cols() - seen).setZero();
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
    Matrix buffer(std::min(kQueryRows, query.rows()), query.rows());
    for (Index head = 0; head < config.attention_heads; ++head) {
        auto queries = query.middleCols(head * head_size, head_size);
        Index shared = head / group * head_size;
        for (Index first = 0; first < query.rows(); first += kQueryRows) {
            Index rows = std::min(kQueryRows, query.rows() - first);
            Index seen = first + rows;
            auto scores = buffer.topLeftCorner(rows, seen);
            scores.noalias() =
                queries.middleRows(first, rows) * key.block(0, shared, seen, head_size).transpose();
            causal_softmax(first, scores);
            context.block(first, head * head_size, rows, head_size).noalias() =
                scores * value.block(0, shared, seen, head_size);
        }
    }
    return context;
}

Matrix gated(Matrix gate, const Matrix& up) {
    auto size = static_cast<std::size_t>(gate.size());
    silu_times({gate.data(), size}, {up.data(), size});
    return gate;
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
            state.input = gated(std::move(outputs[0]), outputs[1]);
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
