#include "quantizer/llama/gguf_source.hpp"

#include <array>

#include "golden/support/hash.hpp"

namespace macaw::quantizer {

namespace {

struct Renaming {
    std::string_view gguf;
    std::string_view hugging_face;
};

constexpr std::array kOutside{Renaming{"token_embd.weight", "model.embed_tokens.weight"},
                              Renaming{"output_norm.weight", "model.norm.weight"},
                              Renaming{"output.weight", "lm_head.weight"}};

// Behind "blk.N." and "model.layers.N.".
constexpr std::array kInBlock{Renaming{"attn_norm.weight", "input_layernorm.weight"},
                              Renaming{"attn_q.weight", "self_attn.q_proj.weight"},
                              Renaming{"attn_k.weight", "self_attn.k_proj.weight"},
                              Renaming{"attn_v.weight", "self_attn.v_proj.weight"},
                              Renaming{"attn_output.weight", "self_attn.o_proj.weight"},
                              Renaming{"ffn_norm.weight", "post_attention_layernorm.weight"},
                              Renaming{"ffn_gate.weight", "mlp.gate_proj.weight"},
                              Renaming{"ffn_up.weight", "mlp.up_proj.weight"},
                              Renaming{"ffn_down.weight", "mlp.down_proj.weight"}};

// A name that has no counterpart stays as it is, for the message that refuses it.
std::string hugging_face_name(const std::string& name) {
    for (const Renaming& renaming : kOutside)
        if (name == renaming.gguf) return std::string(renaming.hugging_face);
    std::size_t end = name.find('.', 4);
    if (!name.starts_with("blk.") || end == std::string::npos) return name;
    for (const Renaming& renaming : kInBlock)
        if (name.substr(end + 1) == renaming.gguf)
            return fmt::format("model.layers.{}.{}", name.substr(4, end - 4), renaming.hugging_face);
    return name;
}

bool is_rotated(const std::string& name) {
    return name.ends_with("q_proj.weight") || name.ends_with("k_proj.weight");
}

class GgufSource final : public TensorSource {
  public:
    GgufSource(GgufFile file, std::int64_t head_size) : file_(std::move(file)), head_size_(head_size) {
        for (const auto& [name, tensor] : file_.tensors())
            if (name != "rope_freqs.weight")  // part of the configuration
                tensors_.emplace(hugging_face_name(name), &tensor);
    }

    std::vector<std::string> names() const override {
        std::vector<std::string> names;
        for (const auto& [name, tensor] : tensors_) names.push_back(name);
        return names;
    }
    std::filesystem::path path() const override { return file_.path(); }
    Expected<void> check(const std::string& name, const Shape& shape) const override;
    Expected<void> read(const std::string& name, const Shape& shape, std::span<float> out) const override;
    Expected<std::string> sha256() const override { return sha256_of_file(file_.path()); }

  private:
    GgufFile file_;
    std::int64_t head_size_;
    std::map<std::string, const GgufTensor*> tensors_;  // by Hugging Face name
};

Expected<void> GgufSource::check(const std::string& name, const Shape& shape) const {
    auto found = tensors_.find(name);
    if (found == tensors_.end())
        return fail(
            file_.error(fmt::format("tensor {} is missing", name),
                        "names are those of Hugging Face; blk.N.attn_q is model.layers.N.self_attn.q_proj"));
    const GgufTensor& tensor = *found->second;
    if (tensor.shape != shape)
        return fail(file_.error(fmt::format("tensor {} has shape [{}], expected [{}]", name,
                                            fmt::join(tensor.shape, ", "), fmt::join(shape, ", "))));
    if (!gguf_type(tensor.type))
        return fail(file_.error(fmt::format("tensor {} has GGUF type {}", name, tensor.type),
                                fmt::format("read are {}", readable_gguf_types())));
    return {};
}

Expected<void> GgufSource::read(const std::string& name, const Shape& shape, std::span<float> out) const {
    MACAW_CHECK(check(name, shape));
    const GgufTensor& tensor = *tensors_.at(name);
    auto type = static_cast<GgufType>(tensor.type);
    require(out.size() == static_cast<std::size_t>(tensor.elements()), "read: size and shape disagree");
    if (!is_rotated(name)) {
        dequantize(type, tensor.bytes, out);
    } else {
        auto rows = static_cast<std::size_t>(shape[0]);
        std::size_t row_bytes = tensor.bytes.size() / rows;
        std::size_t columns = out.size() / rows;
        for (std::size_t row = 0; row < rows; ++row) {
            auto from = static_cast<std::size_t>(rotary_row(static_cast<std::int64_t>(row), head_size_));
            dequantize(type, tensor.bytes.subspan(from * row_bytes, row_bytes),
                       out.subspan(row * columns, columns));
        }
    }
    file_.release(tensor);
    return check_finite(out, name, file_.path());
}

}  // namespace

std::unique_ptr<TensorSource> gguf_source(GgufFile file, const ModelConfig& config) {
    return std::make_unique<GgufSource>(std::move(file), config.head_size);
}

}  // namespace macaw::quantizer
