// The Llama forward pass in float32, cut where the linear layers are, so that a caller may replace them
// (LinearLayers) or run a block piece by piece (the quantizer). Embedding, norms, rotary embedding, softmax,
// both attention products and the LM head are float here always. One window at a time, no key/value cache;
// threads work on different windows. Follows Hugging Face transformers' LlamaForCausalLM, whose logits are
// the reference of the tests.
#pragma once

#include <cstdint>
#include <span>

#include "quantizer/llama/checkpoint.hpp"

namespace macaw::quantizer {

using TokenId = std::int32_t;

// Cosines and sines of the rotary position embedding: [window, head_size / 2] each.
struct Rotary {
    Matrix cosines;
    Matrix sines;
};
Rotary make_rotary(const ModelConfig& config, std::int64_t window);

// x / sqrt(mean(x^2) + epsilon) * weight, token by token. [tokens, hidden]
Matrix root_mean_square_norm(const Matrix& x, const Vector& weight, double epsilon);

// Rows of the embedding: [tokens, hidden]. Token ids must be inside the vocabulary (std::logic_error).
Matrix embed(const Checkpoint& checkpoint, std::span<const TokenId> tokens);

// Causal grouped-query attention, without its linear layers.
// query: [tokens, heads * head_size]; key, value: [tokens, key_value_heads * head_size]; rotary not yet
// applied.
Matrix attention(const ModelConfig& config, const Rotary& rotary, Matrix query, Matrix key,
                 const Matrix& value);

// silu(gate) * up. [tokens, intermediate]
Matrix gated(Matrix gate, const Matrix& up);

// The residual stream of one window between two groups of linear layers, and the input of the group that is
// next.
struct WindowState {
    Matrix hidden;  // [tokens, hidden]
    Matrix input;   // [tokens, in_features of the group]
};

// input of the first group of the block, from `hidden`.
void enter_block(const Checkpoint& checkpoint, std::int64_t block, WindowState& state);

// Takes the group's outputs and moves on: to the input of the next group, or past MlpOutput with an empty
// input.
void advance(const Checkpoint& checkpoint, const Rotary& rotary, std::int64_t block, LinearGroup group,
             std::span<Matrix> outputs, WindowState& state);

// One window through one block, which `layers` has entered: hidden becomes that behind the block, input
// empty.
void pass_block(const Checkpoint& checkpoint, const LinearLayers& layers, const Rotary& rotary,
                std::int64_t block, WindowState& state);

// Final norm and LM head of rows [first_row, first_row + rows): [rows, vocabulary].
Matrix logits_of(const Checkpoint& checkpoint, const Matrix& hidden, std::int64_t first_row,
                 std::int64_t rows);

// All blocks of one window: the residual stream in front of the final norm, [tokens, hidden].
Expected<Matrix> forward_hidden(const Checkpoint& checkpoint, LinearLayers& layers, const Rotary& rotary,
                                std::span<const TokenId> tokens);

}  // namespace macaw::quantizer
