// Packing of codes into port words (where hw::StreamLayout says) and the stimulus file.
#include "sim/stimulus.hpp"

#include <set>

#include "golden/support/safetensors.hpp"
#include "hw/array/stream_layout.hpp"
#include "sim/port_vector.hpp"

namespace macaw::sim {

namespace {

constexpr const char* kFormat = "macaw-stimulus-1";

// One side of the array: vectors (tokens or channels) in groups of `units`, each of `features` codes.
struct Side {
    hw::StreamLayout layout;
    hw::StreamPosition (hw::StreamLayout::*at)(std::int64_t, std::int64_t) const;
    std::int64_t units = 0;     // R or C
    std::int64_t vectors = 0;   // tokens or channels
    std::int64_t features = 0;  // K
    std::int64_t beats = 0;     // of a group
    int port_bits = 0;
    int bits = 0;  // N or M
    std::int64_t groups() const { return (vectors + units - 1) / units; }
    std::int64_t words() const { return words_for_bits(port_bits); }
};

// The bits of vector v's code k: first word of its beat and first bit inside the beat's words.
struct Position {
    std::size_t first_word = 0;
    std::int64_t bit = 0;
};

Position position_of(const Side& side, std::int64_t vector, std::int64_t k) {
    const hw::StreamPosition at = (side.layout.*side.at)(vector % side.units, k);
    return {static_cast<std::size_t>((vector / side.units * side.beats + at.beat) * side.words()),
            std::int64_t{at.code} * side.bits};
}

// codes: [vectors, features], row-major. Returns [groups, beats, words].
template <typename Code>
std::vector<std::uint32_t> pack(std::span<const Code> codes, const Side& side, golden::Range range) {
    std::vector<std::uint32_t> words(static_cast<std::size_t>(side.groups() * side.beats * side.words()));
    auto beat_words = static_cast<std::size_t>(side.words());
    for (std::int64_t vector = 0; vector < side.vectors; ++vector)
        for (std::int64_t k = 0; k < side.features; ++k) {
            std::int64_t code = codes[static_cast<std::size_t>(vector * side.features + k)];
            require(range.contains(code), "make_stimulus: a code is outside the datapath's range");
            Position at = position_of(side, vector, k);
            set_bits(std::span(words).subspan(at.first_word, beat_words), at.bit, side.bits,
                     static_cast<std::uint64_t>(code));
        }
    return words;
}

template <typename Code>
std::vector<Code> unpack(std::span<const std::uint32_t> words, const Side& side,
                         golden::Signedness signedness) {
    std::vector<Code> codes(static_cast<std::size_t>(side.vectors * side.features));
    auto beat_words = static_cast<std::size_t>(side.words());
    for (std::int64_t vector = 0; vector < side.vectors; ++vector)
        for (std::int64_t k = 0; k < side.features; ++k) {
            Position at = position_of(side, vector, k);
            std::span<const std::uint32_t> beat = words.subspan(at.first_word, beat_words);
            codes[static_cast<std::size_t>(vector * side.features + k)] =
                static_cast<Code>(signedness == golden::Signedness::Signed
                                      ? get_signed_bits(beat, at.bit, side.bits)
                                      : static_cast<std::int64_t>(get_bits(beat, at.bit, side.bits)));
        }
    return codes;
}

Side activation_side(const golden::MatmulShape& shape, const golden::Datapath& datapath,
                     const hw::ArrayConfig& array) {
    const hw::StreamLayout layout(datapath, array);
    return {layout,
            &hw::StreamLayout::activation_at,
            array.rows,
            shape.tokens,
            shape.in_features,
            layout.activation_beats(shape.in_features),
            layout.activation_port_bits(),
            datapath.activation_bits.bits()};
}

Side weight_side(const golden::MatmulShape& shape, const golden::Datapath& datapath,
                 const hw::ArrayConfig& array) {
    const hw::StreamLayout layout(datapath, array);
    return {layout,
            &hw::StreamLayout::weight_at,
            array.columns,
            shape.out_features,
            shape.in_features,
            layout.weight_beats(shape.in_features),
            layout.weight_port_bits(),
            datapath.weight_bits.bits()};
}

// Everything that follows from the shape; the words stay empty.
LayerStimulus layout(std::string name, const golden::MatmulShape& shape, const golden::Datapath& datapath,
                     const hw::ArrayConfig& array) {
    LayerStimulus stimulus;
    stimulus.name = std::move(name);
    stimulus.shape = shape;
    Side activations = activation_side(shape, datapath, array);
    Side weights = weight_side(shape, datapath, array);
    stimulus.beats = activations.beats;
    stimulus.weight_beats = weights.beats;
    stimulus.token_groups = activations.groups();
    stimulus.column_groups = weights.groups();
    stimulus.activation_words = activations.words();
    stimulus.weight_words = weights.words();
    return stimulus;
}

Json describe(const LayerStimulus& layer) {
    return {{"name", layer.name},
            {"tokens", layer.shape.tokens},
            {"in_features", layer.shape.in_features},
            {"out_features", layer.shape.out_features}};
}

TensorToWrite tensor_of(const std::string& name, std::int64_t groups, std::int64_t beats, std::int64_t words,
                        std::span<const std::uint32_t> data) {
    return {name, ElementType::I32, {groups, beats, words}, std::as_bytes(data)};
}

Expected<std::vector<std::uint32_t>> read_words(const SafetensorsFile& file, const std::string& name,
                                                std::int64_t groups, std::int64_t beats, std::int64_t words) {
    MACAW_TRY(std::vector<std::int32_t> values, file.values<std::int32_t>(name, {groups, beats, words}));
    return std::vector<std::uint32_t>(values.begin(), values.end());
}

Expected<Json> metadata_json(const SafetensorsFile& file, const std::string& key) {
    Error error{ErrorKind::BadInput,
                fmt::format("metadata \"{}\" is missing or is not JSON", key),
                "only files written by macaw cosim can be read as a stimulus",
                {file.path().string()}};
    auto found = file.metadata().find(key);
    if (found == file.metadata().end()) return fail(std::move(error));
    Json value = Json::parse(found->second, nullptr, false);
    if (value.is_discarded()) return fail(std::move(error));
    return value;
}

Expected<LayerStimulus> read_layer(const SafetensorsFile& file, const Json& json,
                                   const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    MACAW_TRY(std::string name, json_member<std::string>(json, "name", file.path()));
    golden::MatmulShape shape;
    MACAW_TRY(shape.tokens, json_member<std::int64_t>(json, "tokens", file.path()));
    MACAW_TRY(shape.in_features, json_member<std::int64_t>(json, "in_features", file.path()));
    MACAW_TRY(shape.out_features, json_member<std::int64_t>(json, "out_features", file.path()));
    if (shape.tokens < 1 || shape.in_features < 1 || shape.out_features < 1)
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("layer {} has an empty shape", name),
                          {},
                          {file.path().string()}});
    LayerStimulus layer = layout(name, shape, datapath, array);
    MACAW_TRY(layer.activations, read_words(file, name + ".activations", layer.token_groups, layer.beats,
                                            layer.activation_words));
    MACAW_TRY(layer.weights, read_words(file, name + ".weights", layer.column_groups, layer.weight_beats,
                                        layer.weight_words));
    return layer;
}

}  // namespace

LayerStimulus make_stimulus(std::string name, std::span<const golden::WeightCode> weights,
                            std::span<const golden::ActivationCode> activations,
                            const golden::MatmulShape& shape, const golden::Datapath& datapath,
                            const hw::ArrayConfig& array) {
    require(shape.tokens >= 1 && shape.in_features >= 1 && shape.out_features >= 1,
            "make_stimulus: empty shape");
    require(static_cast<std::int64_t>(weights.size()) == shape.out_features * shape.in_features,
            "make_stimulus: weights are not [out_features, in_features]");
    require(static_cast<std::int64_t>(activations.size()) == shape.tokens * shape.in_features,
            "make_stimulus: activations are not [tokens, in_features]");
    LayerStimulus stimulus = layout(std::move(name), shape, datapath, array);
    stimulus.activations =
        pack(activations, activation_side(shape, datapath, array), datapath.activation_range());
    stimulus.weights = pack(weights, weight_side(shape, datapath, array), datapath.weight_range());
    return stimulus;
}

std::vector<golden::ActivationCode> unpack_activations(const LayerStimulus& stimulus,
                                                       const golden::Datapath& datapath,
                                                       const hw::ArrayConfig& array) {
    return unpack<golden::ActivationCode>(stimulus.activations,
                                          activation_side(stimulus.shape, datapath, array),
                                          datapath.activation_signedness);
}

std::vector<golden::WeightCode> unpack_weights(const LayerStimulus& stimulus,
                                               const golden::Datapath& datapath,
                                               const hw::ArrayConfig& array) {
    return unpack<golden::WeightCode>(stimulus.weights, weight_side(stimulus.shape, datapath, array),
                                      datapath.weight_signedness);
}

Expected<void> write_stimulus(const std::filesystem::path& file, const Stimulus& stimulus) {
    std::vector<TensorToWrite> tensors;
    Json layers = Json::array();
    for (const LayerStimulus& layer : stimulus.layers) {
        layers.push_back(describe(layer));
        tensors.push_back(tensor_of(layer.name + ".activations", layer.token_groups, layer.beats,
                                    layer.activation_words, layer.activations));
        tensors.push_back(tensor_of(layer.name + ".weights", layer.column_groups, layer.weight_beats,
                                    layer.weight_words, layer.weights));
    }
    return write_safetensors(file, tensors,
                             {{"format", kFormat},
                              {"datapath", golden::to_json(stimulus.datapath).dump()},
                              {"array", hw::to_json(stimulus.array).dump()},
                              {"layers", layers.dump()}});
}

Expected<Stimulus> read_stimulus(const std::filesystem::path& path) {
    MACAW_TRY(SafetensorsFile file, SafetensorsFile::open(path));
    auto format = file.metadata().find("format");
    if (format == file.metadata().end() || format->second != kFormat)
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("is not a stimulus file ({})", kFormat),
                          "macaw stimulate writes stimulus.safetensors",
                          {path.string()}});
    Stimulus stimulus;
    MACAW_TRY(Json datapath, metadata_json(file, "datapath"));
    MACAW_TRY(stimulus.datapath, golden::datapath_from_json(datapath, path));
    MACAW_TRY(Json array, metadata_json(file, "array"));
    MACAW_TRY(stimulus.array, hw::array_from_json(array, path));
    MACAW_TRY(Json layers, metadata_json(file, "layers"));
    if (!layers.is_array())
        return fail(Error{ErrorKind::BadInput, "metadata \"layers\" is not a list", {}, {path.string()}});
    for (const Json& layer : layers) {
        MACAW_TRY(LayerStimulus read, read_layer(file, layer, stimulus.datapath, stimulus.array));
        stimulus.layers.push_back(std::move(read));
    }
    return stimulus;
}

Expected<Stimulus> read_stimulus_for(const std::filesystem::path& file, const golden::Datapath& datapath,
                                     const hw::ArrayConfig& array) {
    MACAW_TRY(Stimulus stimulus, read_stimulus(file));
    const golden::Datapath& d = stimulus.datapath;
    const hw::ArrayConfig& a = stimulus.array;
    if (d.weight_bits != datapath.weight_bits || d.weight_signedness != datapath.weight_signedness ||
        d.activation_bits != datapath.activation_bits ||
        d.activation_signedness != datapath.activation_signedness || d.tile != datapath.tile ||
        a.dataflow != array.dataflow || a.rows != array.rows || a.columns != array.columns ||
        a.lanes != array.lanes)
        return fail(Error{
            ErrorKind::BadInput,
            fmt::format("is the stimulus of another array: {}, {}; this one is {}, {}", golden::to_string(d),
                        hw::to_string(a), golden::to_string(datapath), hw::to_string(array)),
            "macaw stimulate makes it from this configuration",
            {file.string()}});
    stimulus.datapath = datapath;
    stimulus.array = array;
    return stimulus;
}

}  // namespace macaw::sim
