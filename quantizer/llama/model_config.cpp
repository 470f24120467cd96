#include "quantizer/llama/model_config.hpp"

#include <string>
#include <vector>

namespace macaw::quantizer {

namespace {

// Reads keys of config.json and collects everything that is wrong with them.
class ConfigReader {
  public:
    ConfigReader(const Json& json, const std::filesystem::path& file) : json_(json), file_(file) {}

    bool present(const std::string& key) const { return json_.contains(key) && !json_.at(key).is_null(); }

    template <typename T>
    void require(const std::string& key, T& value) {
        auto found = json_member<T>(json_, key, file_);
        if (found)
            value = *found;
        else
            problem(found.error().message);
    }

    template <typename T>
    void optional(const std::string& key, T& value) {
        if (present(key)) require(key, value);
    }

    void refuse_unless(bool holds, std::string message) {
        if (!holds) problem(std::move(message));
    }

    void problem(std::string message) { problems_.push_back(std::move(message)); }

    Expected<void> finish() const {
        if (problems_.empty()) return {};
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("{}", fmt::join(problems_, "; ")),
                          "macaw reads LlamaForCausalLM without rope scaling and without biases",
                          {file_.string()}});
    }

  private:
    const Json& json_;
    const std::filesystem::path& file_;
    std::vector<std::string> problems_;
};

void read_architecture(const Json& json, ConfigReader& reader) {
    std::vector<std::string> architectures;
    reader.require("architectures", architectures);
    reader.refuse_unless(architectures == std::vector<std::string>{"LlamaForCausalLM"},
                         fmt::format("architecture {} is not supported", fmt::join(architectures, ", ")));
    std::string activation = "silu";
    reader.optional("hidden_act", activation);
    reader.refuse_unless(activation == "silu", fmt::format("hidden_act {} is not supported", activation));
    for (const char* key : {"attention_bias", "mlp_bias"}) {
        bool bias = false;
        reader.optional(key, bias);
        reader.refuse_unless(!bias, fmt::format("{} is not supported", key));
    }
    for (const char* key : {"rope_scaling", "rope_parameters", "quantization_config"}) {
        if (!reader.present(key)) continue;
        reader.problem(fmt::format("{} {} is not supported", key, json.at(key).dump()));
    }
}

void read_sizes(ConfigReader& reader, ModelConfig& config) {
    reader.require("hidden_size", config.hidden_size);
    reader.require("intermediate_size", config.intermediate_size);
    reader.require("num_hidden_layers", config.blocks);
    reader.require("num_attention_heads", config.attention_heads);
    reader.require("vocab_size", config.vocabulary);
    reader.require("max_position_embeddings", config.context);
    reader.require("rms_norm_eps", config.norm_epsilon);
    reader.optional("rope_theta", config.rope_theta);
    reader.optional("tie_word_embeddings", config.tied_embeddings);
    config.key_value_heads = config.attention_heads;
    reader.optional("num_key_value_heads", config.key_value_heads);
    config.head_size = config.attention_heads > 0 ? config.hidden_size / config.attention_heads : 0;
    reader.optional("head_dim", config.head_size);
}

void check_sizes(ConfigReader& reader, const ModelConfig& config) {
    for (const auto& [size, key] : {std::pair{config.hidden_size, "hidden_size"},
                                    {config.intermediate_size, "intermediate_size"},
                                    {config.blocks, "num_hidden_layers"},
                                    {config.attention_heads, "num_attention_heads"},
                                    {config.key_value_heads, "num_key_value_heads"},
                                    {config.head_size, "head_dim"},
                                    {config.vocabulary, "vocab_size"},
                                    {config.context, "max_position_embeddings"}})
        reader.refuse_unless(size > 0 && size < (std::int64_t{1} << 31),
                             fmt::format("{} {} is impossible", key, size));
    if (config.key_value_heads > 0)
        reader.refuse_unless(config.attention_heads % config.key_value_heads == 0,
                             "num_attention_heads is not a multiple of num_key_value_heads");
    reader.refuse_unless(config.head_size % 2 == 0, "head_dim is odd");
    reader.refuse_unless(config.norm_epsilon > 0 && config.rope_theta > 0,
                         "rms_norm_eps and rope_theta must be positive");
}

}  // namespace

Expected<ModelConfig> read_model_config(const std::filesystem::path& folder) {
    std::filesystem::path file = folder / "config.json";
    MACAW_TRY(Json json, read_json(file));
    ConfigReader reader(json, file);
    ModelConfig config;
    read_architecture(json, reader);
    read_sizes(reader, config);
    MACAW_CHECK(reader.finish());
    check_sizes(reader, config);
    MACAW_CHECK(reader.finish());
    return config;
}

}  // namespace macaw::quantizer
