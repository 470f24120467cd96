#include "quantizer/export/compressed_tensors.hpp"

#include <algorithm>
#include <list>

#include "golden/support/safetensors.hpp"
#include "quantizer/quantized_linear.hpp"

namespace macaw::quantizer {
namespace fs = std::filesystem;

namespace {

constexpr const char* kTensorsFile = "model.safetensors";
constexpr int kWordBits = 32;

// A code of this width never lies in two words.
bool divides_word(int bits) {
    return kWordBits % bits == 0 && bits >= 2 && bits <= 8;
}

Json weight_args(golden::BitWidth bits) {
    return {{"num_bits", bits.bits()},    {"type", "int"},
            {"symmetric", true},          {"strategy", "channel"},
            {"dynamic", false},           {"group_size", nullptr},
            {"block_structure", nullptr}, {"actorder", nullptr},
            {"observer", "minmax"},       {"observer_kwargs", Json::object()}};
}

// The nearest that the library has to our coding: as many bits as the codes need.
Json activation_args(const golden::ActivationCoding& coding, golden::Signedness signedness) {
    std::int64_t codes = coding.range.max - coding.range.min + 1;
    if (signedness == golden::Signedness::Signed)
        codes = 2 * std::max(coding.range.max + 1, -coding.range.min);
    int bits = 1;
    while ((std::int64_t{1} << bits) < codes) ++bits;
    bool fixed = coding.fixed.has_value();
    return {{"num_bits", bits},
            {"type", "int"},
            {"symmetric", coding.zero_point == golden::ZeroPoint::Symmetric},
            {"strategy", fixed ? "tensor" : "token"},
            {"dynamic", !fixed},
            {"group_size", nullptr},
            {"block_structure", nullptr},
            {"actorder", nullptr},
            {"observer", fixed ? Json("minmax") : Json()},
            {"observer_kwargs", Json::object()}};
}

Json group_of(Json targets, golden::BitWidth weight_bits, Json activations, CodeLayout layout) {
    return {{"targets", std::move(targets)},
            {"weights", weight_args(weight_bits)},
            {"input_activations", std::move(activations)},
            {"output_activations", nullptr},
            {"format", to_string(layout)}};
}

// Tensors on their way to the file; the vectors that they point to live here.
class TensorList {
  public:
    template <typename T>
    void keep(std::string name, std::vector<std::int64_t> shape, std::vector<T> values) {
        auto owned = std::make_shared<std::vector<T>>(std::move(values));
        point_to(std::move(name), std::move(shape), std::span<const T>(*owned));
        kept_.push_back(std::move(owned));
    }
    template <typename T>
    void point_to(std::string name, std::vector<std::int64_t> shape, std::span<const T> values) {
        tensors_.push_back({std::move(name), element_type_of<T>(), std::move(shape), std::as_bytes(values)});
    }
    const std::vector<TensorToWrite>& tensors() const { return tensors_; }

  private:
    std::vector<TensorToWrite> tensors_;
    std::list<std::shared_ptr<const void>> kept_;
};

void add_frame(const Checkpoint& frame, TensorList& list) {
    auto add = [&](const std::string& name, std::vector<std::int64_t> shape, const float* values,
                   Index count) {
        list.point_to(name, std::move(shape), std::span(values, static_cast<std::size_t>(count)));
    };
    const ModelConfig& config = frame.config;
    const std::vector<std::int64_t> matrix = {config.vocabulary, config.hidden_size};
    const std::vector<std::int64_t> vector = {config.hidden_size};
    add("model.embed_tokens.weight", matrix, frame.embedding.data(), frame.embedding.size());
    for (std::size_t block = 0; block < frame.norms.size(); ++block) {
        const BlockNorms& norms = frame.norms[block];
        std::string prefix = fmt::format("model.layers.{}.", block);
        add(prefix + "input_layernorm.weight", vector, norms.attention.data(), norms.attention.size());
        add(prefix + "post_attention_layernorm.weight", vector, norms.mlp.data(), norms.mlp.size());
    }
    add("model.norm.weight", vector, frame.final_norm.data(), frame.final_norm.size());
    if (!config.tied_embeddings)
        add("lm_head.weight", matrix, frame.untied_lm_head.data(), frame.untied_lm_head.size());
}

void add_layer(const golden::QuantizedLayer& layer, const golden::Datapath& datapath, CodeLayout layout,
               TensorList& list) {
    const std::vector<std::int64_t> shape = {layer.out_features, layer.in_features};
    if (layout == CodeLayout::Packed) {
        int bits = datapath.weight_bits.bits();
        auto packed = pack_codes(layer.codes, layer.out_features, layer.in_features, bits);
        auto words = static_cast<std::int64_t>(packed.size()) / layer.out_features;
        list.keep(layer.name + ".weight_packed", {layer.out_features, words}, std::move(packed));
        list.keep(layer.name + ".weight_shape", {2}, shape);
    } else {
        list.keep(layer.name + ".weight", shape,
                  std::vector<std::int8_t>(layer.codes.begin(), layer.codes.end()));
    }
    list.point_to(layer.name + ".weight_scale", {layer.out_features, 1}, std::span(layer.scales));
    golden::ActivationCoding coding = golden::coding_of(layer, datapath);
    if (!coding.fixed) return;
    list.keep(layer.name + ".input_scale", {1}, std::vector<float>{coding.fixed->scale});
    if (coding.zero_point == golden::ZeroPoint::Symmetric) return;
    // The library's codes are signed: ours of an unsigned port, moved down by half their number.
    std::int64_t middle = datapath.activation_signedness == golden::Signedness::Unsigned
                              ? (coding.range.max - coding.range.min + 1) / 2
                              : 0;
    auto zero_point = static_cast<std::int8_t>(coding.fixed->zero_point - middle);
    list.keep(layer.name + ".input_zero_point", {1}, std::vector<std::int8_t>{zero_point});
}

Expected<void> check_exportable(const golden::QuantizedModel& model, CodeLayout layout) {
    int bits = model.datapath.weight_bits.bits();
    if (layout == CodeLayout::Packed && !divides_word(bits))
        return fail(
            Error{ErrorKind::BadInput,
                  fmt::format("versions of compressed-tensors pack {}-bit weights in different ways", bits),
                  "use the layout int-quantized",
                  {}});
    if (model.datapath.weight_signedness != golden::Signedness::Signed)
        return fail(ErrorKind::BadInput, "compressed-tensors has no unsigned symmetric weights");
    for (const golden::QuantizedLayer& layer : model.layers) {
        if (layer.input_transform != golden::InputTransform::None)
            return fail(Error{ErrorKind::BadInput,
                              fmt::format("the input of layer {} is transformed online, which this layout "
                                          "cannot say: other tools would compute something else",
                                          layer.name),
                              "quantize without the online transformation (rotate_down_input)",
                              {}});
        golden::ActivationCoding coding = golden::coding_of(layer, model.datapath);
        if (coding.fixed && coding.zero_point == golden::ZeroPoint::Asymmetric &&
            model.datapath.activation_bits.bits() > 8)
            return fail(ErrorKind::BadInput, "layer {}: static zero points of more than 8 bits have no place",
                        layer.name);
    }
    return {};
}

// What was written, read again and compared with what was meant.
Expected<void> check_written(const fs::path& folder, const golden::QuantizedModel& model) {
    std::vector<std::string> names;
    for (const golden::QuantizedLayer& layer : model.layers) names.push_back(layer.name);
    MACAW_TRY(auto layers, read_compressed_tensors(folder, names));
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (layers[i].codes != model.layers[i].codes || layers[i].scales != model.layers[i].scales)
            return fail(Error{ErrorKind::CheckFailed,
                              fmt::format("layer {} reads back differently", layers[i].name),
                              {},
                              {(folder / kTensorsFile).string()}});
    return {};
}

Expected<golden::QuantizedLayer> read_layer(const SafetensorsFile& tensors, const std::string& name,
                                            int bits) {
    golden::QuantizedLayer layer;
    layer.name = name;
    if (tensors.tensors().contains(name + ".weight_packed")) {
        MACAW_TRY(auto shape, tensors.values<std::int64_t>(name + ".weight_shape", {2}));
        layer.out_features = shape[0];
        layer.in_features = shape[1];
        if (!divides_word(bits) || shape[0] < 1 || shape[1] < 1 || shape[1] > (std::int64_t{1} << 40))
            return fail(ErrorKind::BadInput, "layer {}: {} bits or shape [{}, {}] cannot be", name, bits,
                        shape[0], shape[1]);
        std::int64_t words = (shape[1] * bits + kWordBits - 1) / kWordBits;
        MACAW_TRY(auto packed, tensors.values<std::int32_t>(name + ".weight_packed", {shape[0], words}));
        layer.codes = unpack_codes(packed, shape[0], shape[1], bits);
    } else {
        MACAW_TRY(TensorView view, tensors.tensor(name + ".weight", {-1, -1}));
        layer.out_features = view.shape[0];
        layer.in_features = view.shape[1];
        MACAW_TRY(auto bytes, tensors.values<std::int8_t>(name + ".weight", view.shape));
        layer.codes.assign(bytes.begin(), bytes.end());
    }
    MACAW_TRY(layer.scales, tensors.values<float>(name + ".weight_scale", {layer.out_features, 1}));
    return layer;
}

}  // namespace

std::string to_string(CodeLayout layout) {
    return layout == CodeLayout::Packed ? "pack-quantized" : "int-quantized";
}

CodeLayout usual_layout(golden::BitWidth weight_bits) {
    bool packs = weight_bits.bits() < 8 && divides_word(weight_bits.bits());
    return packs ? CodeLayout::Packed : CodeLayout::Bytes;
}

std::vector<std::int32_t> pack_codes(std::span<const golden::WeightCode> codes, std::int64_t rows,
                                     std::int64_t columns, int bits) {
    require(divides_word(bits), "pack_codes: a width that crosses words");
    require(codes.size() == static_cast<std::size_t>(rows * columns), "pack_codes: shape of the codes");
    std::int64_t per_word = kWordBits / bits;
    std::int64_t words = (columns + per_word - 1) / per_word;
    std::vector<std::uint32_t> packed(static_cast<std::size_t>(rows * words));
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t column = 0; column < columns; ++column) {
            int code = codes[static_cast<std::size_t>(row * columns + column)] + (1 << (bits - 1));
            packed[static_cast<std::size_t>(row * words + column / per_word)] |=
                static_cast<std::uint32_t>(code) << (column % per_word * bits);
        }
    }
    return {packed.begin(), packed.end()};
}

std::vector<golden::WeightCode> unpack_codes(std::span<const std::int32_t> packed, std::int64_t rows,
                                             std::int64_t columns, int bits) {
    require(divides_word(bits), "unpack_codes: a width that crosses words");
    std::int64_t per_word = kWordBits / bits;
    std::int64_t words = (columns + per_word - 1) / per_word;
    require(packed.size() == static_cast<std::size_t>(rows * words), "unpack_codes: shape of the words");
    std::vector<golden::WeightCode> codes(static_cast<std::size_t>(rows * columns));
    std::uint32_t mask = (std::uint32_t{1} << bits) - 1;
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t column = 0; column < columns; ++column) {
            auto word =
                static_cast<std::uint32_t>(packed[static_cast<std::size_t>(row * words + column / per_word)]);
            auto code = static_cast<int>(word >> (column % per_word * bits) & mask);
            codes[static_cast<std::size_t>(row * columns + column)] =
                static_cast<golden::WeightCode>(code - (1 << (bits - 1)));
        }
    }
    return codes;
}

Json quantization_config(const golden::QuantizedModel& model, CodeLayout layout) {
    // Layers by what is said of their inputs.
    std::vector<std::pair<Json, Json>> groups;
    for (const golden::QuantizedLayer& layer : model.layers) {
        Json activations =
            activation_args(golden::coding_of(layer, model.datapath), model.datapath.activation_signedness);
        auto known = std::ranges::find(groups, activations, &std::pair<Json, Json>::first);
        if (known == groups.end()) {
            groups.emplace_back(activations, Json::array());
            known = groups.end() - 1;
        }
        known->second.push_back(layer.name);
    }
    Json config_groups = Json::object();
    for (std::size_t i = 0; i < groups.size(); ++i)
        config_groups[fmt::format("group_{}", i)] =
            group_of(groups.size() == 1 ? Json{"Linear"} : groups[i].second, model.datapath.weight_bits,
                     groups[i].first, layout);
    return {{"quant_method", "compressed-tensors"}, {"format", to_string(layout)},
            {"quantization_status", "compressed"},  {"global_compression_ratio", nullptr},
            {"kv_cache_scheme", nullptr},           {"ignore", {"lm_head"}},
            {"config_groups", config_groups}};
}

Expected<Json> hugging_face_config(const ModelConfig& config) {
    if (!config.rope_divisors.empty())
        return fail(Error{ErrorKind::BadInput,
                          "the rotary frequencies are given one by one, which config.json cannot say",
                          "export with the Hugging Face folder of the same model",
                          {}});
    return Json{{"architectures", {"LlamaForCausalLM"}},
                {"model_type", "llama"},
                {"hidden_size", config.hidden_size},
                {"intermediate_size", config.intermediate_size},
                {"num_hidden_layers", config.blocks},
                {"num_attention_heads", config.attention_heads},
                {"num_key_value_heads", config.key_value_heads},
                {"head_dim", config.head_size},
                {"vocab_size", config.vocabulary},
                {"max_position_embeddings", config.context},
                {"rms_norm_eps", config.norm_epsilon},
                {"rope_theta", config.rope_theta},
                {"hidden_act", "silu"},
                {"attention_bias", false},
                {"mlp_bias", false}};
}

std::vector<std::string> differences(const golden::QuantizedModel& model) {
    std::size_t symmetric = 0;
    std::size_t narrower = 0;
    std::size_t clipped = 0;
    golden::Range whole = model.datapath.activation_range();
    for (const golden::QuantizedLayer& layer : model.layers) {
        golden::ActivationCoding coding = golden::coding_of(layer, model.datapath);
        symmetric += coding.zero_point == golden::ZeroPoint::Symmetric && !coding.fixed ? 1U : 0U;
        narrower += coding.range != whole ? 1U : 0U;
        clipped += coding.reach < 1.0F ? 1U : 0U;
    }
    std::vector<std::string> sentences;
    if (symmetric > 0)
        sentences.push_back(
            fmt::format("{} layers: the symmetric scale of a token is max|x| / ((2^N - 1) / 2) "
                        "there and max|x| / (2^(N-1) - 1) here",
                        symmetric));
    if (narrower > 0)
        sentences.push_back(
            fmt::format("{} layers: inputs use fewer codes here than the {} bits there (the "
                        "certificate holds for the fewer codes only)",
                        narrower, model.datapath.activation_bits.bits()));
    if (clipped > 0)
        sentences.push_back(
            fmt::format("{} layers: the largest inputs are clipped here and not there", clipped));
    return sentences;
}

Expected<void> export_compressed_tensors(const fs::path& folder, const Checkpoint& frame,
                                         const golden::QuantizedModel& model, const Json& config,
                                         CodeLayout layout) {
    MACAW_CHECK(check_belongs_to(model, frame.config));
    MACAW_CHECK(check_exportable(model, layout));
    TensorList list;
    add_frame(frame, list);
    for (const golden::QuantizedLayer& layer : model.layers) add_layer(layer, model.datapath, layout, list);
    MACAW_CHECK(write_safetensors(folder / kTensorsFile, list.tensors(), {{"format", "pt"}}));
    Json written = config;
    written["torch_dtype"] = "float32";  // scales are float32, and readers give all parameters one type
    written["tie_word_embeddings"] = frame.config.tied_embeddings;
    written["quantization_config"] = quantization_config(model, layout);
    MACAW_CHECK(write_json(folder / "config.json", written));
    return check_written(folder, model);
}

Expected<std::vector<golden::QuantizedLayer>> read_compressed_tensors(const fs::path& folder,
                                                                      std::span<const std::string> names) {
    const fs::path file = folder / "config.json";
    MACAW_TRY(Json config, read_json(file));
    MACAW_TRY(Json section, json_member<Json>(config, "quantization_config", file));
    MACAW_TRY(Json groups, json_member<Json>(section, "config_groups", file));
    if (!groups.is_object() || groups.empty())
        return fail(Error{ErrorKind::BadInput, "config_groups is empty", {}, {file.string()}});
    MACAW_TRY(Json weights, json_member<Json>(*groups.begin(), "weights", file));
    MACAW_TRY(int bits, json_member<int>(weights, "num_bits", file));
    MACAW_TRY(SafetensorsFile tensors, SafetensorsFile::open(folder / kTensorsFile));
    std::vector<golden::QuantizedLayer> layers;
    for (const std::string& name : names) {
        MACAW_TRY(layers.emplace_back(), read_layer(tensors, name, bits));
    }
    return layers;
}

}  // namespace macaw::quantizer
