#include "quantizer/llama/model_config.hpp"

#include <cmath>
#include <type_traits>

#include "quantizer/llama/rope_scaling.hpp"

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
        if (!found)
            problem(found.error().message);
        else if (std::is_integral_v<T> && json_.at(key).is_number_float())
            problem(fmt::format("{} {} is not an integer", key, json_.at(key).dump()));
        else
            value = *found;
    }

    template <typename T>
    void optional(const std::string& key, T& value) {
        if (present(key)) require(key, value);
    }

    void refuse_unless(bool holds, std::string message) {
        if (!holds) problem(std::move(message));
    }

    const std::vector<std::string>& problems() const { return problems_; }
    void problem(std::string message) { problems_.push_back(std::move(message)); }

    Expected<void> finish() const {
        if (problems_.empty()) return {};
        return fail(
            Error{ErrorKind::BadInput,
                  fmt::format("{}", fmt::join(problems_, "; ")),
                  "macaw reads LlamaForCausalLM with no, linear or llama3 rope scaling and without biases",
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
    for (const char* key : {"attention_bias", "mlp_bias", "rope_interleaved"}) {
        bool wanted = false;
        reader.optional(key, wanted);
        reader.refuse_unless(!wanted, fmt::format("{} is not supported", key));
    }
    if (reader.present("quantization_config"))
        reader.problem(
            fmt::format("quantization_config {} is not supported", json.at("quantization_config").dump()));
}

// rope_theta and rope_scaling; since transformers 5 both are in rope_parameters.
void read_rope(const Json& json, const std::filesystem::path& file, ConfigReader& reader,
               ModelConfig& config) {
    reader.optional("rope_theta", config.rope_theta);
    const char* key = reader.present("rope_parameters") ? "rope_parameters" : "rope_scaling";
    if (!reader.present(key) || config.head_size <= 0 || config.head_size > 65536) return;
    const Json& scaling = json.at(key);
    if (!scaling.is_object()) return reader.problem(fmt::format("{} is not an object", key));
    ConfigReader rope(scaling, file);
    rope.optional("rope_theta", config.rope_theta);
    double rotated = 1;
    rope.optional("partial_rotary_factor", rotated);
    rope.refuse_unless(rotated == 1, fmt::format("partial_rotary_factor {} is not supported", rotated));
    std::string type = "default";
    rope.optional(scaling.contains("rope_type") ? "rope_type" : "type", type);
    if (type == "linear") {
        double factor = 0;
        rope.require("factor", factor);
        rope.refuse_unless(factor >= 1 && std::isfinite(factor), "factor must be at least 1");
        config.rope_divisors = linear_divisors(factor, config.head_size);
    } else if (type == "llama3") {
        Llama3Scaling llama3;
        rope.require("factor", llama3.factor);
        rope.require("low_freq_factor", llama3.low_frequency);
        rope.require("high_freq_factor", llama3.high_frequency);
        rope.require("original_max_position_embeddings", llama3.original_context);
        rope.refuse_unless(llama3.factor >= 1 && llama3.low_frequency > 0 &&
                               llama3.high_frequency > llama3.low_frequency && llama3.original_context > 0,
                           "its factors are impossible");
        config.rope_divisors = llama3_divisors(llama3, config.rope_theta, config.head_size);
    } else {
        rope.refuse_unless(type == "default", fmt::format("type {} is not supported", type));
    }
    for (const std::string& problem : rope.problems()) reader.problem(fmt::format("{}: {}", key, problem));
}

void read_sizes(ConfigReader& reader, ModelConfig& config) {
    reader.require("hidden_size", config.hidden_size);
    reader.require("intermediate_size", config.intermediate_size);
    reader.require("num_hidden_layers", config.blocks);
    reader.require("num_attention_heads", config.attention_heads);
    reader.require("vocab_size", config.vocabulary);
    reader.require("max_position_embeddings", config.context);
    reader.require("rms_norm_eps", config.norm_epsilon);
    reader.optional("tie_word_embeddings", config.tied_embeddings);
    config.key_value_heads = config.attention_heads;
    reader.optional("num_key_value_heads", config.key_value_heads);
    config.head_size = config.attention_heads > 0 ? config.hidden_size / config.attention_heads : 0;
    reader.optional("head_dim", config.head_size);
}

}  // namespace

std::vector<std::string> problems_of(const ModelConfig& config) {
    std::vector<std::string> problems;
    for (const auto& [size, what] : {std::pair{config.hidden_size, "hidden size"},
                                     {config.intermediate_size, "intermediate size"},
                                     {config.blocks, "number of blocks"},
                                     {config.attention_heads, "number of attention heads"},
                                     {config.key_value_heads, "number of key/value heads"},
                                     {config.head_size, "head size"},
                                     {config.vocabulary, "vocabulary"},
                                     {config.context, "context"}})
        if (size <= 0 || size >= std::int64_t{1} << 31)
            problems.push_back(fmt::format("{} {} is impossible", what, size));
    if (config.key_value_heads > 0 && config.attention_heads % config.key_value_heads != 0)
        problems.push_back(fmt::format("{} attention heads are not a multiple of {} key/value heads",
                                       config.attention_heads, config.key_value_heads));
    if (config.head_size % 2 != 0) problems.push_back(fmt::format("head size {} is odd", config.head_size));
    if (!(config.norm_epsilon > 0) || !(config.rope_theta > 0))
        problems.push_back("the epsilon of the norms and the base of the rotary embedding must be positive");
    return problems;
}

Expected<ModelConfig> read_model_config(const std::filesystem::path& folder) {
    std::filesystem::path file = folder / "config.json";
    MACAW_TRY(Json json, read_json(file));
    ConfigReader reader(json, file);
    ModelConfig config;
    read_architecture(json, reader);
    read_sizes(reader, config);
    read_rope(json, file, reader, config);
    MACAW_CHECK(reader.finish());
    for (std::string& problem : problems_of(config)) reader.problem(std::move(problem));
    MACAW_CHECK(reader.finish());
    return config;
}

}  // namespace macaw::quantizer
