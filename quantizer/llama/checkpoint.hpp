// A Llama checkpoint: embedding, norms and LM head ("the frame") resident in float32, the linear weights read
// from mapped files one block at a time, so that memory does not grow with the number of blocks. All names
// and shapes are checked when it is opened. A tensor that the forward pass would not use (a bias, an adapter)
// is an error: it would be left out silently.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "golden/support/error.hpp"
#include "quantizer/llama/linear_layers.hpp"
#include "quantizer/llama/model_config.hpp"
#include "quantizer/matrix.hpp"

namespace macaw::quantizer {

struct BlockNorms {
    Vector attention;  // [hidden]
    Vector mlp;        // [hidden]
};

// The linear weights of one block in float32.
struct BlockLinear {
    std::array<Matrix, kProjections> weights;  // each [out_features, in_features]

    const Matrix& operator[](Projection projection) const {
        return weights[static_cast<std::size_t>(projection)];
    }
    Matrix& operator[](Projection projection) { return weights[static_cast<std::size_t>(projection)]; }
};

// Where the linear weights of a checkpoint come from: its files, memory (tests), or another source whose
// blocks are changed on the way.
class LinearSource {
  public:
    virtual ~LinearSource() = default;
    // Shapes as shape_of() says, all values finite. Errors: a value that is not finite.
    virtual Expected<BlockLinear> load(std::int64_t block) const = 0;
};

struct Checkpoint {
    ModelConfig config;
    std::string sha256;  // of the weights' file (of the shards' hashes in the order of their names)
    Matrix embedding;    // [vocabulary, hidden]
    std::vector<BlockNorms> norms;  // one a block
    Vector final_norm;              // [hidden]
    Matrix untied_lm_head;          // [vocabulary, hidden]; empty when the embedding serves
    std::shared_ptr<const LinearSource> linear;

    const Matrix& lm_head() const { return config.tied_embeddings ? embedding : untied_lm_head; }
    // `block` in 0..config.blocks-1. Reads and widens on every call: ask once a pass over the windows.
    Expected<BlockLinear> load_linear(std::int64_t block) const { return linear->load(block); }
};

// `path`: a folder in Hugging Face's layout (config.json and safetensors), or a .gguf file.
Expected<ModelConfig> config_of_checkpoint(const std::filesystem::path& path);  // without reading any weight
Expected<Checkpoint> load_checkpoint(const std::filesystem::path& path);

// The linear layers as they are in the checkpoint, in float32; holds one block.
class FloatLinear final : public LinearLayers {
  public:
    // `checkpoint` outlives this object.
    explicit FloatLinear(const Checkpoint& checkpoint) : checkpoint_(checkpoint) {}
    Expected<void> enter_block(std::int64_t block) override;
    void apply(std::int64_t block, LinearGroup group, const Matrix& input,
               std::span<Matrix> outputs) const override;

  private:
    const Checkpoint& checkpoint_;
    std::int64_t block_ = -1;  // that `linear_` is of; -1: none yet
    BlockLinear linear_;
};

}  // namespace macaw::quantizer
