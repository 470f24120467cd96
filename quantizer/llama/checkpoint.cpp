#include "quantizer/llama/checkpoint.hpp"

#include <set>

#include "golden/support/parallel.hpp"
#include "quantizer/llama/gguf_source.hpp"
#include "quantizer/llama/tensor_source.hpp"

namespace macaw::quantizer {

namespace fs = std::filesystem;

namespace {

std::string weight_name(std::int64_t block, Projection projection) {
    return layer_name(block, projection) + ".weight";
}

std::string norm_name(std::int64_t block, const char* norm) {
    return fmt::format("model.layers.{}.{}.weight", block, norm);
}

Expected<Matrix> read_matrix(const TensorSource& source, const std::string& name, Index rows, Index columns) {
    MACAW_CHECK(source.check(name, {rows, columns}));  // before memory is asked for
    Matrix matrix(rows, columns);
    MACAW_CHECK(source.read(name, {rows, columns},
                            std::span(matrix.data(), static_cast<std::size_t>(matrix.size()))));
    return matrix;
}

Expected<Vector> read_vector(const TensorSource& source, const std::string& name, Index size) {
    MACAW_CHECK(source.check(name, {size}));
    Vector vector(size);
    MACAW_CHECK(source.read(name, {size}, std::span(vector.data(), static_cast<std::size_t>(vector.size()))));
    return vector;
}

// The linear weights as they are in the files; matrices of a block in parallel.
class StoredLinear final : public LinearSource {
  public:
    StoredLinear(std::unique_ptr<TensorSource> source, ModelConfig config)
        : source_(std::move(source)), config_(std::move(config)) {}

    Expected<BlockLinear> load(std::int64_t block) const override {
        require(block >= 0 && block < config_.blocks, "load_linear: no such block");
        BlockLinear linear;
        MACAW_CHECK(parallel_for(kProjections, [&](std::size_t i) -> Expected<void> {
            auto projection = static_cast<Projection>(i);
            LinearShape shape = shape_of(projection, config_);
            MACAW_TRY(linear.weights[i], read_matrix(*source_, weight_name(block, projection),
                                                     shape.out_features, shape.in_features));
            return {};
        }));
        return linear;
    }

  private:
    std::unique_ptr<TensorSource> source_;
    ModelConfig config_;
};

// Every linear layer is there with its shape, and nothing is there that the forward pass would not use.
Expected<void> check_tensors(const TensorSource& source, const ModelConfig& config) {
    std::set<std::string> known{"model.embed_tokens.weight", "model.norm.weight", "lm_head.weight"};
    for (std::int64_t block = 0; block < config.blocks; ++block) {
        known.insert({norm_name(block, "input_layernorm"), norm_name(block, "post_attention_layernorm")});
        // A buffer that old versions of transformers saved; it follows from rope_theta.
        known.insert(fmt::format("model.layers.{}.self_attn.rotary_emb.inv_freq", block));
        for (std::size_t i = 0; i < kProjections; ++i) {
            auto projection = static_cast<Projection>(i);
            LinearShape shape = shape_of(projection, config);
            MACAW_CHECK(
                source.check(weight_name(block, projection), {shape.out_features, shape.in_features}));
            known.insert(weight_name(block, projection));
        }
    }
    for (const std::string& name : source.names())
        if (!known.contains(name))
            return fail(Error{
                ErrorKind::BadInput,
                fmt::format("tensor {} is not part of the model that its configuration describes", name),
                "biases, adapters and additional layers are not supported",
                {source.path().string()}});
    return {};
}

Expected<Checkpoint> read_checkpoint(std::unique_ptr<TensorSource> source, const ModelConfig& config) {
    Checkpoint checkpoint;
    checkpoint.config = config;
    MACAW_TRY(checkpoint.embedding,
              read_matrix(*source, "model.embed_tokens.weight", config.vocabulary, config.hidden_size));
    for (std::int64_t block = 0; block < config.blocks; ++block) {
        BlockNorms& norms = checkpoint.norms.emplace_back();
        MACAW_TRY(norms.attention,
                  read_vector(*source, norm_name(block, "input_layernorm"), config.hidden_size));
        MACAW_TRY(norms.mlp,
                  read_vector(*source, norm_name(block, "post_attention_layernorm"), config.hidden_size));
    }
    MACAW_TRY(checkpoint.final_norm, read_vector(*source, "model.norm.weight", config.hidden_size));
    if (!config.tied_embeddings) {  // where they are tied, some exporters repeat the embedding
        MACAW_TRY(checkpoint.untied_lm_head,
                  read_matrix(*source, "lm_head.weight", config.vocabulary, config.hidden_size));
    }
    MACAW_CHECK(check_tensors(*source, config));
    MACAW_TRY(checkpoint.sha256, source->sha256());
    checkpoint.linear = std::make_shared<StoredLinear>(std::move(source), config);
    return checkpoint;
}

}  // namespace

Expected<ModelConfig> config_of_checkpoint(const fs::path& path) {
    if (path.extension() == ".gguf") {
        MACAW_TRY(GgufFile file, GgufFile::open(path));
        return read_model_config(file);
    }
    if (!fs::is_directory(path))
        return fail(
            Error{ErrorKind::BadInput,
                  "is neither a folder nor a .gguf file",
                  "a checkpoint is a folder with config.json, tokenizer.json and model.safetensors, or a "
                  "GGUF file",
                  {path.string()}});
    return read_model_config(path);
}

Expected<Checkpoint> load_checkpoint(const fs::path& path) {
    use_one_blas_thread();
    MACAW_TRY(ModelConfig config, config_of_checkpoint(path));
    if (path.extension() == ".gguf") {
        MACAW_TRY(GgufFile file, GgufFile::open(path));
        return read_checkpoint(gguf_source(std::move(file), config), config);
    }
    MACAW_TRY(std::unique_ptr<TensorSource> source, open_safetensors_folder(path));
    return read_checkpoint(std::move(source), config);
}

Expected<void> FloatLinear::enter_block(std::int64_t block) {
    if (block == block_) return {};
    block_ = -1;
    linear_ = {};  // before the next block is read: one at a time
    MACAW_TRY(linear_, checkpoint_.load_linear(block));
    block_ = block;
    return {};
}

void FloatLinear::apply(std::int64_t block, LinearGroup group, const Matrix& input,
                        std::span<Matrix> outputs) const {
    require(block == block_, "FloatLinear: the block was not entered");
    std::size_t position = 0;
    for (Projection projection : projections_of(group))
        outputs[position++].noalias() = input * linear_[projection].transpose();
}

}  // namespace macaw::quantizer
