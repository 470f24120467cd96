// The configuration of a Llama from the metadata of a GGUF file, with the keys of llama.cpp's architecture
// "llama".
#include <cmath>

#include "quantizer/llama/model_config.hpp"
#include "quantizer/llama/rope_scaling.hpp"

namespace macaw::quantizer {

namespace {

// Features that change the arithmetic and have no place in ModelConfig.
Expected<void> refuse_other_models(const GgufFile& file) {
    MACAW_TRY(std::string architecture, file.text("general.architecture"));
    if (architecture != "llama")
        return fail(file.error(fmt::format("architecture {} is not supported", architecture),
                               "macaw reads GGUF files of architecture llama"));
    for (const char* key : {"llama.expert_count", "llama.attention.sliding_window"}) {
        if (!file.has(key)) continue;
        MACAW_TRY(std::int64_t count, file.size(key));
        if (count != 0) return fail(file.error(fmt::format("{} {} is not supported", key, count)));
    }
    if (file.has("split.count")) {
        MACAW_TRY(std::int64_t parts, file.size("split.count"));
        if (parts > 1)
            return fail(file.error(fmt::format("this is one of {} parts", parts),
                                   "join them with llama.cpp's gguf-split --merge"));
    }
    return {};
}

Expected<void> read_sizes(const GgufFile& file, ModelConfig& config) {
    MACAW_TRY(config.hidden_size, file.size("llama.embedding_length"));
    MACAW_TRY(config.intermediate_size, file.size("llama.feed_forward_length"));
    MACAW_TRY(config.blocks, file.size("llama.block_count"));
    MACAW_TRY(config.attention_heads, file.size("llama.attention.head_count"));
    config.key_value_heads = config.attention_heads;
    if (file.has("llama.attention.head_count_kv")) {
        MACAW_TRY(config.key_value_heads, file.size("llama.attention.head_count_kv"));
    }
    config.head_size = config.attention_heads > 0 ? config.hidden_size / config.attention_heads : 0;
    for (const char* key : {"llama.attention.key_length", "llama.attention.value_length"}) {
        if (!file.has(key)) continue;
        MACAW_TRY(std::int64_t length, file.size(key));
        if (length != config.head_size && std::string(key).ends_with("value_length"))
            return fail(file.error("keys and values of different sizes are not supported"));
        config.head_size = length;
    }
    MACAW_TRY(config.context, file.size("llama.context_length"));
    MACAW_TRY(config.norm_epsilon, file.number("llama.attention.layer_norm_rms_epsilon"));
    auto embedding = file.tensors().find("token_embd.weight");
    if (embedding == file.tensors().end() || embedding->second.shape.size() != 2)
        return fail(file.error("tensor token_embd.weight is missing or not a matrix"));
    config.vocabulary = embedding->second.shape[0];
    config.tied_embeddings = !file.tensors().contains("output.weight");
    return {};
}

// rope_freqs.weight: what llama.cpp's converter makes of Llama 3.1's rope scaling.
Expected<std::vector<float>> read_divisors(const GgufFile& file, const ModelConfig& config) {
    const GgufTensor& tensor = file.tensors().at("rope_freqs.weight");
    if (tensor.type != static_cast<std::uint32_t>(GgufType::F32) ||
        tensor.shape != std::vector<std::int64_t>{config.head_size / 2})
        return fail(file.error(fmt::format("rope_freqs.weight is not F32 [{}]", config.head_size / 2)));
    std::vector<float> divisors(static_cast<std::size_t>(tensor.elements()));
    dequantize(GgufType::F32, tensor.bytes, divisors);
    for (float divisor : divisors)
        if (!(divisor > 0) || !std::isfinite(divisor))
            return fail(file.error("rope_freqs.weight holds a value that is not positive"));
    return divisors;
}

Expected<void> read_rope(const GgufFile& file, ModelConfig& config) {
    if (file.has("llama.rope.freq_base")) {
        MACAW_TRY(config.rope_theta, file.number("llama.rope.freq_base"));
    }
    if (file.has("llama.rope.dimension_count")) {
        MACAW_TRY(std::int64_t rotated, file.size("llama.rope.dimension_count"));
        if (rotated != config.head_size)
            return fail(
                file.error(fmt::format("a rotary embedding of {} of {} values of a head is not supported",
                                       rotated, config.head_size)));
    }
    std::string type = "none";
    double factor = 1;
    if (file.has("llama.rope.scale_linear")) {  // before scaling had a type
        type = "linear";
        MACAW_TRY(factor, file.number("llama.rope.scale_linear"));
    }
    if (file.has("llama.rope.scaling.type")) {
        MACAW_TRY(type, file.text("llama.rope.scaling.type"));
        if (type == "linear") {
            MACAW_TRY(factor, file.number("llama.rope.scaling.factor"));
        }
    }
    if ((type != "none" && type != "linear") || !(factor >= 1))
        return fail(file.error(fmt::format("rope scaling {} by {} is not supported", type, factor),
                               "none, linear, and llama3 by rope_freqs.weight are"));
    bool has_divisors = file.tensors().contains("rope_freqs.weight");
    if (has_divisors && factor != 1)
        return fail(file.error("rope_freqs.weight together with linear scaling is not supported"));
    if (factor != 1) config.rope_divisors = linear_divisors(factor, config.head_size);
    if (has_divisors) {
        MACAW_TRY(config.rope_divisors, read_divisors(file, config));
    }
    return {};
}

}  // namespace

Expected<ModelConfig> read_model_config(const GgufFile& file) {
    MACAW_CHECK(refuse_other_models(file));
    ModelConfig config;
    MACAW_CHECK(read_sizes(file, config));
    if (auto problems = problems_of(config); !problems.empty())
        return fail(file.error(fmt::format("{}", fmt::join(problems, "; "))));
    MACAW_CHECK(read_rope(file, config));
    if (!(config.rope_theta > 0)) return fail(file.error("llama.rope.freq_base must be positive"));
    return config;
}

}  // namespace macaw::quantizer
