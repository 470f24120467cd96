#include "quantizer/prepare/frame.hpp"

#include <algorithm>
#include <cmath>

#include "golden/support/safetensors.hpp"

namespace macaw::quantizer {

namespace fs = std::filesystem;

namespace {

constexpr const char* kFile = "frame.safetensors";
constexpr const char* kCheckpointKey = "checkpoint_sha256";
constexpr const char* kHeadName = "lm_head.weight";

// Every tensor of the frame with its name: `visit(name, shape, floats)`, the first error ends it.
template <typename Model, typename Visit>
Expected<void> for_each_tensor(Model& model, const Visit& visit) {
    const ModelConfig& config = model.config;
    std::vector<std::int64_t> vector{config.hidden_size};
    std::vector<std::int64_t> matrix{config.vocabulary, config.hidden_size};
    MACAW_CHECK(visit("model.embed_tokens.weight", matrix, model.embedding.data()));
    for (std::size_t block = 0; block < model.norms.size(); ++block) {
        std::string prefix = fmt::format("model.layers.{}.", block);
        MACAW_CHECK(visit(prefix + "input_layernorm.weight", vector, model.norms[block].attention.data()));
        MACAW_CHECK(visit(prefix + "post_attention_layernorm.weight", vector, model.norms[block].mlp.data()));
    }
    MACAW_CHECK(visit("model.norm.weight", vector, model.final_norm.data()));
    if (!config.tied_embeddings) MACAW_CHECK(visit(kHeadName, matrix, model.untied_lm_head.data()));
    return {};
}

}  // namespace

Expected<void> write_frame(const fs::path& folder, const Checkpoint& prepared) {
    std::vector<TensorToWrite> tensors;
    MACAW_CHECK(for_each_tensor(
        prepared,
        [&](const std::string& name, const std::vector<std::int64_t>& shape,
            const float* values) -> Expected<void> {
            std::size_t count = 1;
            for (std::int64_t size : shape) count *= static_cast<std::size_t>(size);
            tensors.push_back({name, ElementType::F32, shape, std::as_bytes(std::span(values, count))});
            return {};
        }));
    return write_safetensors(folder / kFile, tensors, {{kCheckpointKey, prepared.sha256}});
}

bool has_frame(const fs::path& folder) {
    return fs::exists(folder / kFile);
}

Expected<void> read_frame(const fs::path& folder, Checkpoint& checkpoint) {
    MACAW_TRY(auto file, SafetensorsFile::open(folder / kFile));
    auto made_from = file.metadata().find(kCheckpointKey);
    if (made_from == file.metadata().end() || made_from->second != checkpoint.sha256)
        return fail(Error{ErrorKind::BadInput,
                          "the frame was made from another checkpoint",
                          "give the checkpoint that was quantized",
                          {file.path().string()}});
    checkpoint.config.tied_embeddings = !file.tensors().contains(kHeadName);
    checkpoint.untied_lm_head.resize(0, 0);
    if (!checkpoint.config.tied_embeddings)
        checkpoint.untied_lm_head.resize(checkpoint.config.vocabulary, checkpoint.config.hidden_size);
    return for_each_tensor(
        checkpoint,
        [&](const std::string& name, const std::vector<std::int64_t>& shape,
            float* values) -> Expected<void> {
            MACAW_TRY(auto read, file.values<float>(name, shape));
            std::span<float> out(values, read.size());
            if (!std::all_of(read.begin(), read.end(), [](float value) { return std::isfinite(value); }))
                return fail(Error{ErrorKind::BadInput,
                                  fmt::format("tensor {} holds a value that is not finite", name),
                                  {},
                                  {file.path().string()}});
            std::copy(read.begin(), read.end(), out.begin());
            return {};
        });
}

}  // namespace macaw::quantizer
