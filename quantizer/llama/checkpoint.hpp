// A Llama checkpoint in memory: every tensor widened to float32, each checked for its shape. Reads one
// model.safetensors or the shards of model.safetensors.index.json, in BF16, F16 or F32. A tensor that the
// forward pass would not use (a bias, an adapter) is an error: it would be left out silently.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "golden/support/error.hpp"
#include "quantizer/llama/linear_layers.hpp"
#include "quantizer/llama/model_config.hpp"
#include "quantizer/matrix.hpp"

namespace macaw::quantizer {

struct BlockWeights {
    Vector attention_norm;                    // [hidden]
    Vector mlp_norm;                          // [hidden]
    std::array<Matrix, kProjections> linear;  // each [out_features, in_features]

    const Matrix& operator[](Projection projection) const {
        return linear[static_cast<std::size_t>(projection)];
    }
};

struct Checkpoint {
    ModelConfig config;
    std::string sha256;  // of the weights' file (of the shards' hashes in the order of their names)
    Matrix embedding;    // [vocabulary, hidden]
    std::vector<BlockWeights> blocks;
    Vector final_norm;      // [hidden]
    Matrix untied_lm_head;  // [vocabulary, hidden]; empty when the embedding serves

    const Matrix& lm_head() const { return config.tied_embeddings ? embedding : untied_lm_head; }
};

// `folder`: Hugging Face layout with config.json and the safetensors.
Expected<Checkpoint> load_checkpoint(const std::filesystem::path& folder);

// The linear layers as they are in the checkpoint, in float32.
class FloatLinear final : public LinearLayers {
  public:
    explicit FloatLinear(const Checkpoint& checkpoint) : checkpoint_(checkpoint) {}
    void apply(std::int64_t block, LinearGroup group, const Matrix& input,
               std::span<Matrix> outputs) const override;

  private:
    const Checkpoint& checkpoint_;
};

}  // namespace macaw::quantizer
