// What a Llama is made of: the keys of a Hugging Face config.json, or the metadata of a GGUF file, that the
// forward pass depends on. What would change the arithmetic in a way that the forward pass does
// not know (other architectures, other kinds of rope scaling, biases) is refused here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "golden/support/error.hpp"
#include "golden/support/file.hpp"
#include "quantizer/llama/gguf.hpp"

namespace macaw::quantizer {

struct ModelConfig {
    std::int64_t hidden_size = 0;
    std::int64_t intermediate_size = 0;
    std::int64_t blocks = 0;           // num_hidden_layers
    std::int64_t attention_heads = 0;  // query heads; a multiple of key_value_heads
    std::int64_t key_value_heads = 0;
    std::int64_t head_size = 0;  // even, for the rotary embedding
    std::int64_t vocabulary = 0;
    std::int64_t context = 0;  // max_position_embeddings, tokens
    double norm_epsilon = 1e-5;
    double rope_theta = 10000.0;
    std::vector<float> rope_divisors;  // of the inverse frequencies: [head_size / 2]; empty: all are 1
    bool tied_embeddings = false;      // the LM head is the embedding

    std::int64_t query_size() const { return attention_heads * head_size; }
    std::int64_t key_value_size() const { return key_value_heads * head_size; }
    // in_features of the linear layer that has the most.
    std::int64_t longest_input() const { return std::max({hidden_size, query_size(), intermediate_size}); }
};

// config.json of `folder`. One error names everything that is missing or not supported.
Expected<ModelConfig> read_model_config(const std::filesystem::path& folder);

// The metadata of a GGUF file of architecture "llama", with the tensor rope_freqs.weight where there is one.
Expected<ModelConfig> read_model_config(const GgufFile& file);

// What is impossible about the sizes of `config`.
std::vector<std::string> problems_of(const ModelConfig& config);

}  // namespace macaw::quantizer
