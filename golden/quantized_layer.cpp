#include "golden/quantized_layer.hpp"

#include <algorithm>
#include <cmath>

#include "golden/support/safetensors.hpp"

namespace macaw::golden {
namespace fs = std::filesystem;

namespace {

constexpr const char* kFormat = "macaw quantized model 2";
constexpr const char* kNoTransform = "none";
constexpr const char* kHadamard = "hadamard";

// Codes as they stand in the file: one byte each, the same bits signed and unsigned.
std::vector<std::uint8_t> bytes_of(std::span<const WeightCode> codes) {
    std::vector<std::uint8_t> bytes(codes.size());
    std::ranges::transform(codes, bytes.begin(),
                           [](WeightCode code) { return static_cast<std::uint8_t>(code); });
    return bytes;
}

// `bytes`: [layers], bytes_of their codes.
std::vector<TensorToWrite> tensors_of(const QuantizedModel& model,
                                      const std::vector<std::vector<std::uint8_t>>& bytes) {
    const ElementType type = model.datapath.weight_signedness == Signedness::Signed
                                 ? element_type_of<std::int8_t>()
                                 : element_type_of<std::uint8_t>();
    std::vector<TensorToWrite> tensors;
    for (std::size_t i = 0; i < model.layers.size(); ++i) {
        const QuantizedLayer& layer = model.layers[i];
        tensors.push_back({layer.name + ".codes",
                           type,
                           {layer.out_features, layer.in_features},
                           std::as_bytes(std::span(bytes[i]))});
        tensors.push_back({layer.name + ".scales",
                           ElementType::F32,
                           {layer.out_features},
                           std::as_bytes(std::span(layer.scales))});
    }
    return tensors;
}

template <typename Byte>
Expected<std::vector<WeightCode>> read_codes(const SafetensorsFile& tensors, const QuantizedLayer& layer) {
    MACAW_TRY(std::vector<Byte> bytes,
              tensors.values<Byte>(layer.name + ".codes", {layer.out_features, layer.in_features}));
    return std::vector<WeightCode>(bytes.begin(), bytes.end());
}

Expected<QuantizedLayer> read_layer(const SafetensorsFile& tensors, Signedness weights, const Json& entry,
                                    const fs::path& file) {
    QuantizedLayer layer;
    MACAW_TRY(layer.name, json_member<std::string>(entry, "name", file));
    MACAW_TRY(layer.out_features, json_member<std::int64_t>(entry, "out_features", file));
    MACAW_TRY(layer.in_features, json_member<std::int64_t>(entry, "in_features", file));
    MACAW_TRY(layer.codes, weights == Signedness::Signed ? read_codes<std::int8_t>(tensors, layer)
                                                         : read_codes<std::uint8_t>(tensors, layer));
    MACAW_TRY(layer.scales, tensors.values<float>(layer.name + ".scales", {layer.out_features}));
    if (entry.contains("activation")) {
        MACAW_TRY(layer.activation, activation_coding_from_json(entry.at("activation"), file));
    }
    MACAW_TRY(auto transform, json_member<std::string>(entry, "input_transform", file));
    if (transform != kNoTransform && transform != kHadamard)
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("layer {}: input transform \"{}\" is not known", layer.name, transform),
                          {},
                          {file.string()}});
    layer.input_transform = transform == kHadamard ? InputTransform::Hadamard : InputTransform::None;
    return layer;
}

}  // namespace

ActivationCoding coding_of(const QuantizedLayer& layer, const Datapath& datapath) {
    return layer.activation ? *layer.activation : default_coding(datapath);
}

const QuantizedLayer* QuantizedModel::find(const std::string& name) const {
    for (const QuantizedLayer& layer : layers)
        if (layer.name == name) return &layer;
    return nullptr;
}

Expected<void> check(const QuantizedModel& model, const fs::path& file) {
    auto bad = [&](const QuantizedLayer& layer, std::string why) {
        return fail(
            Error{ErrorKind::BadInput, fmt::format("layer {}: {}", layer.name, why), {}, {file.string()}});
    };
    Range range = model.datapath.weight_range();
    for (const QuantizedLayer& layer : model.layers) {
        if (layer.out_features < 1 || layer.in_features < 1) return bad(layer, "has no rows or no columns");
        if (layer.codes.size() != static_cast<std::size_t>(layer.out_features * layer.in_features))
            return bad(layer, "codes do not match the shape");
        if (layer.scales.size() != static_cast<std::size_t>(layer.out_features))
            return bad(layer, "scales do not match the number of rows");
        if (layer.activation)
            if (std::string problem = problem_of(*layer.activation, model.datapath); !problem.empty())
                return bad(layer, problem);
        for (std::size_t i = 0; i < layer.codes.size(); ++i)
            if (!range.contains(layer.codes[i]))
                return bad(layer, fmt::format("code {} at row {}, column {} is outside {}..{}",
                                              layer.codes[i], i / static_cast<std::size_t>(layer.in_features),
                                              i % static_cast<std::size_t>(layer.in_features), range.min,
                                              range.max));
        for (std::size_t row = 0; row < layer.scales.size(); ++row)
            if (!std::isfinite(layer.scales[row]) || layer.scales[row] <= 0.0F)
                return bad(layer, fmt::format("scale {} of row {} is not positive", layer.scales[row], row));
    }
    return {};
}

Expected<void> write_quantized_model(const fs::path& folder, const QuantizedModel& model) {
    MACAW_CHECK(check(model, folder));
    Json layers = Json::array();
    for (const QuantizedLayer& layer : model.layers) {
        Json entry = {{"name", layer.name},
                      {"out_features", layer.out_features},
                      {"in_features", layer.in_features},
                      {"input_transform",
                       layer.input_transform == InputTransform::Hadamard ? kHadamard : kNoTransform}};
        if (layer.activation) entry["activation"] = to_json(*layer.activation);
        layers.push_back(std::move(entry));
    }
    Json description = {{"format", kFormat},
                        {"datapath", to_json(model.datapath)},
                        {"provenance", model.provenance},
                        {"layers", layers}};
    std::vector<std::vector<std::uint8_t>> bytes;
    for (const QuantizedLayer& layer : model.layers) bytes.push_back(bytes_of(layer.codes));
    MACAW_CHECK(
        write_safetensors(folder / "layers.safetensors", tensors_of(model, bytes), {{"format", kFormat}}));
    return write_json(folder / "layers.json", description);
}

Expected<QuantizedModel> read_quantized_model(const fs::path& folder) {
    fs::path file = folder / "layers.json";
    MACAW_TRY(Json description, read_json(file));
    MACAW_TRY(auto format, json_member<std::string>(description, "format", file));
    if (format != kFormat)
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("format \"{}\" is not \"{}\"", format, kFormat),
                          {},
                          {file.string()}});
    QuantizedModel model;
    MACAW_TRY(Json datapath, json_member<Json>(description, "datapath", file));
    MACAW_TRY(model.datapath, datapath_from_json(datapath, file));
    MACAW_TRY(model.provenance, json_member<Json>(description, "provenance", file));
    MACAW_TRY(Json layers, json_member<Json>(description, "layers", file));
    MACAW_TRY(SafetensorsFile tensors, SafetensorsFile::open(folder / "layers.safetensors"));
    for (const Json& entry : layers) {
        MACAW_TRY(QuantizedLayer layer, read_layer(tensors, model.datapath.weight_signedness, entry, file));
        model.layers.push_back(std::move(layer));
    }
    MACAW_CHECK(check(model, folder / "layers.safetensors"));
    return model;
}

}  // namespace macaw::golden
