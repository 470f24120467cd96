// The tensors of a GGUF file of architecture "llama" under their Hugging Face names and in Hugging Face's
// order of rows.
#pragma once

#include <memory>

#include "quantizer/llama/gguf.hpp"
#include "quantizer/llama/model_config.hpp"
#include "quantizer/llama/tensor_source.hpp"

namespace macaw::quantizer {

// llama.cpp's converter reorders the rows of q_proj and k_proj in each head, since ggml rotates neighbours
// (2i, 2i+1) where transformers rotates halves (i, i + head_size/2). Row of the file that holds row `row` of
// the checkpoint.
constexpr std::int64_t rotary_row(std::int64_t row, std::int64_t head_size) {
    std::int64_t inside = row % head_size;
    std::int64_t half = head_size / 2;
    return row - inside + 2 * (inside % half) + inside / half;
}

// `config`: read_model_config(file).
std::unique_ptr<TensorSource> gguf_source(GgufFile file, const ModelConfig& config);

}  // namespace macaw::quantizer
