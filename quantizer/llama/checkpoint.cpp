#include "quantizer/llama/checkpoint.hpp"

#include <bit>
#include <cstring>
#include <map>
#include <set>

#include "golden/support/hash.hpp"
#include "golden/support/safetensors.hpp"

namespace macaw::quantizer {

namespace fs = std::filesystem;

namespace {

// IEEE half precision to single: exact, subnormals included.
float half_to_float(std::uint16_t half) {
    std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16U;
    std::uint32_t exponent = (half >> 10U) & 0x1FU;
    std::uint32_t fraction = half & 0x3FFU;
    if (exponent == 0x1FU) return std::bit_cast<float>(sign | 0x7F800000U | (fraction << 13U));
    if (exponent == 0) {
        float magnitude = static_cast<float>(fraction) * 0x1p-24F;
        return sign == 0 ? magnitude : -magnitude;
    }
    return std::bit_cast<float>(sign | ((exponent + 112U) << 23U) | (fraction << 13U));
}

float bfloat16_to_float(std::uint16_t value) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(value) << 16U);
}

bool widen(const TensorView& view, float* out) {
    auto count = static_cast<std::size_t>(view.elements());
    if (view.type == ElementType::F32) {
        std::memcpy(out, view.bytes.data(), count * sizeof(float));
        return true;
    }
    if (view.type != ElementType::BF16 && view.type != ElementType::F16) return false;
    auto* convert = view.type == ElementType::BF16 ? bfloat16_to_float : half_to_float;
    for (std::size_t i = 0; i < count; ++i) {
        std::uint16_t bits = 0;
        std::memcpy(&bits, view.bytes.data() + 2 * i, 2);
        out[i] = convert(bits);
    }
    return true;
}

// The tensors of all files of a checkpoint, by name; remembers which were taken.
class TensorSource {
  public:
    static Expected<TensorSource> open(const fs::path& folder);

    Expected<Matrix> matrix(const std::string& name, std::int64_t rows, std::int64_t columns) {
        Matrix matrix(rows, columns);
        MACAW_CHECK(take(name, {rows, columns}, matrix.data(), matrix.size()));
        return matrix;
    }
    Expected<Vector> vector(const std::string& name, std::int64_t size) {
        Vector vector(size);
        MACAW_CHECK(take(name, {size}, vector.data(), vector.size()));
        return vector;
    }
    void ignore(const std::string& name) { taken_.insert(name); }
    Expected<void> refuse_unused() const;
    Expected<std::string> hash() const;

  private:
    Expected<void> take(const std::string& name, const std::vector<std::int64_t>& shape, float* out,
                        Index size);

    fs::path folder_;
    std::map<std::string, SafetensorsFile> shards_;        // by file name
    std::map<std::string, const SafetensorsFile*> files_;  // by tensor name
    std::set<std::string> taken_;
};

Expected<std::set<std::string>> shard_names(const fs::path& folder) {
    fs::path index = folder / "model.safetensors.index.json";
    if (fs::exists(folder / "model.safetensors") || !fs::exists(index))
        return std::set<std::string>{"model.safetensors"};
    MACAW_TRY(Json json, read_json(index));
    MACAW_TRY(auto weight_map, (json_member<std::map<std::string, std::string>>(json, "weight_map", index)));
    std::set<std::string> names;
    for (const auto& [tensor, file] : weight_map) {
        if (fs::path(file).filename() != file)
            return fail(
                Error{ErrorKind::BadInput,
                      fmt::format("weight_map: \"{}\" is not the name of a file in this folder", file),
                      {},
                      {index.string()}});
        names.insert(file);
    }
    return names;
}

Expected<TensorSource> TensorSource::open(const fs::path& folder) {
    TensorSource source;
    source.folder_ = folder;
    MACAW_TRY(auto names, shard_names(folder));
    for (const std::string& name : names) {
        MACAW_TRY(auto file, SafetensorsFile::open(folder / name));
        const SafetensorsFile& shard = source.shards_.emplace(name, std::move(file)).first->second;
        for (const auto& [tensor, view] : shard.tensors()) {
            if (source.files_.contains(tensor))
                return fail(Error{ErrorKind::BadInput,
                                  fmt::format("tensor {} is in two files", tensor),
                                  {},
                                  {shard.path().string()}});
            source.files_[tensor] = &shard;
        }
    }
    return source;
}

Expected<void> TensorSource::take(const std::string& name, const std::vector<std::int64_t>& shape, float* out,
                                  Index size) {
    auto found = files_.find(name);
    if (found == files_.end())
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("tensor {} is missing", name),
                          "the checkpoint must have the Hugging Face names of LlamaForCausalLM",
                          {folder_.string()}});
    const SafetensorsFile& file = *found->second;
    MACAW_TRY(TensorView view, file.tensor(name, shape));
    if (!widen(view, out))
        return fail(
            Error{ErrorKind::BadInput,
                  fmt::format("tensor {} holds {}; BF16, F16 and F32 are read", name, name_of(view.type)),
                  {},
                  {file.path().string()}});
    if (!Eigen::Map<Vector>(out, size).allFinite())
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("tensor {} holds a value that is not finite", name),
                          {},
                          {file.path().string()}});
    taken_.insert(name);
    return {};
}

Expected<void> TensorSource::refuse_unused() const {
    for (const auto& [name, file] : files_) {
        if (taken_.contains(name)) continue;
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("tensor {} is not part of the model that config.json describes", name),
                          "biases, adapters and additional layers are not supported",
                          {file->path().string()}});
    }
    return {};
}

Expected<std::string> TensorSource::hash() const {
    std::string hashes;
    for (const auto& [name, file] : shards_) {
        MACAW_TRY(std::string hash, sha256_of_file(file.path()));
        if (shards_.size() == 1) return hash;
        hashes += name + " " + hash + "\n";
    }
    return sha256(hashes);
}

Expected<BlockWeights> load_block(TensorSource& source, const ModelConfig& config, std::int64_t block) {
    BlockWeights weights;
    std::string prefix = fmt::format("model.layers.{}.", block);
    MACAW_TRY(weights.attention_norm, source.vector(prefix + "input_layernorm.weight", config.hidden_size));
    MACAW_TRY(weights.mlp_norm,
              source.vector(prefix + "post_attention_layernorm.weight", config.hidden_size));
    for (std::size_t i = 0; i < kProjections; ++i) {
        auto projection = static_cast<Projection>(i);
        LinearShape shape = shape_of(projection, config);
        MACAW_TRY(weights.linear[i], source.matrix(layer_name(block, projection) + ".weight",
                                                   shape.out_features, shape.in_features));
    }
    // A buffer that old versions of transformers saved; it follows from rope_theta.
    source.ignore(prefix + "self_attn.rotary_emb.inv_freq");
    return weights;
}

}  // namespace

Expected<Checkpoint> load_checkpoint(const fs::path& folder) {
    use_one_blas_thread();
    if (!fs::is_directory(folder))
        return fail(Error{ErrorKind::BadInput,
                          "is not a folder",
                          "a checkpoint is a folder with config.json, tokenizer.json and model.safetensors",
                          {folder.string()}});
    Checkpoint checkpoint;
    MACAW_TRY(checkpoint.config, read_model_config(folder));
    const ModelConfig& config = checkpoint.config;
    MACAW_TRY(TensorSource source, TensorSource::open(folder));
    MACAW_TRY(checkpoint.embedding,
              source.matrix("model.embed_tokens.weight", config.vocabulary, config.hidden_size));
    for (std::int64_t block = 0; block < config.blocks; ++block) {
        MACAW_TRY(BlockWeights weights, load_block(source, config, block));
        checkpoint.blocks.push_back(std::move(weights));
    }
    MACAW_TRY(checkpoint.final_norm, source.vector("model.norm.weight", config.hidden_size));
    if (config.tied_embeddings) {
        source.ignore("lm_head.weight");  // some exporters repeat the embedding here
    } else {
        MACAW_TRY(checkpoint.untied_lm_head,
                  source.matrix("lm_head.weight", config.vocabulary, config.hidden_size));
    }
    MACAW_CHECK(source.refuse_unused());
    MACAW_TRY(checkpoint.sha256, source.hash());
    return checkpoint;
}

void FloatLinear::apply(std::int64_t block, LinearGroup group, const Matrix& input,
                        std::span<Matrix> outputs) const {
    const BlockWeights& weights = checkpoint_.blocks[static_cast<std::size_t>(block)];
    std::size_t position = 0;
    for (Projection projection : projections_of(group))
        outputs[position++].noalias() = input * weights[projection].transpose();
}

}  // namespace macaw::quantizer
