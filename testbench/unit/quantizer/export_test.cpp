// The compressed-tensors layout: bits where the library expects them, everything read back equal, and what
// the layout cannot say is refused.
#include "golden/support/safetensors.hpp"
#include "quantizer/export/compressed_tensors.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw;
using namespace macaw::quantizer;
using testing::fails_with;
using testing::must;

namespace {

// Random codes for every layer of the embedded model's first block.
golden::QuantizedModel random_model(int bits) {
    std::mt19937 engine(7);
    golden::QuantizedModel model;
    model.datapath.weight_bits = golden::BitWidth(bits);
    int limit = static_cast<int>(model.datapath.weight_range().max);
    std::uniform_int_distribution<int> code(-limit, limit);
    for (std::size_t i = 0; i < kProjections; ++i) {
        auto projection = static_cast<Projection>(i);
        LinearShape shape = shape_of(projection, testing::one_block().config);
        golden::QuantizedLayer& layer = model.layers.emplace_back();
        layer.name = layer_name(0, projection);
        layer.out_features = shape.out_features;
        layer.in_features = shape.in_features;
        layer.codes.resize(static_cast<std::size_t>(shape.out_features * shape.in_features));
        for (golden::WeightCode& value : layer.codes) value = static_cast<golden::WeightCode>(code(engine));
        layer.scales.resize(static_cast<std::size_t>(shape.out_features), 0.0123F);
    }
    return model;
}

Json embedded_config() {
    Json config = must(read_json(testing::embedded_model() / "config.json"));
    config["num_hidden_layers"] = 1;
    return config;
}

void must_export(const std::filesystem::path& folder, const Checkpoint& frame,
                 const golden::QuantizedModel& model, CodeLayout layout) {
    auto result = export_compressed_tensors(folder, frame, model, embedded_config(), layout);
    BOOST_REQUIRE_MESSAGE(result.has_value(), (result ? std::string{} : to_text(result.error())));
}

std::vector<std::string> names_of(const golden::QuantizedModel& model) {
    std::vector<std::string> names;
    for (const golden::QuantizedLayer& layer : model.layers) names.push_back(layer.name);
    return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compressed_tensors_export)

// The library's own example: [1, 2] of 8 bits is 0x8281; and [-8, 7, 0] of 4 bits is 0, 15, 8 from the lowest
// bits.
BOOST_AUTO_TEST_CASE(codes_are_packed_unsigned_from_the_least_significant_bits) {
    BOOST_TEST(pack_codes(std::vector<golden::WeightCode>{1, 2}, 1, 2, 8)[0] == 0x8281);
    BOOST_TEST(pack_codes(std::vector<golden::WeightCode>{-8, 7, 0}, 1, 3, 4)[0] == 0x8F0);
    // Eight codes fill a word, the ninth begins the next; rows begin a word each.
    std::vector<golden::WeightCode> codes(18, -8);
    codes[8] = 7;
    codes[17] = -7;
    BOOST_TEST((pack_codes(codes, 2, 9, 4) == std::vector<std::int32_t>{0, 15, 0, 1}));
}

BOOST_AUTO_TEST_CASE(unpacking_gives_the_codes_back) {
    testing::check_property("unpack(pack(codes)) == codes", [] {
        int bits = *rc::gen::element(2, 4, 8);
        auto rows = *rc::gen::inRange<std::int64_t>(1, 5);
        auto columns = *rc::gen::inRange<std::int64_t>(1, 40);
        int half = 1 << (bits - 1);
        auto codes = *rc::gen::container<std::vector<golden::WeightCode>>(
            static_cast<std::size_t>(rows * columns),
            rc::gen::map(rc::gen::inRange(-half, half),
                         [](int code) { return static_cast<golden::WeightCode>(code); }));
        RC_ASSERT(unpack_codes(pack_codes(codes, rows, columns, bits), rows, columns, bits) == codes);
    });
}

BOOST_AUTO_TEST_CASE(an_exported_folder_reads_back_equal_in_both_layouts_at_every_width) {
    for (int bits = 2; bits <= 8; ++bits) {
        golden::QuantizedModel model = random_model(bits);
        CodeLayout layout = usual_layout(model.datapath.weight_bits);
        BOOST_TEST((layout == CodeLayout::Packed) == (bits == 2 || bits == 4));
        testing::ScratchFolder folder;
        must_export(folder.path(), testing::one_block(), model, layout);
        auto layers = must(read_compressed_tensors(folder.path(), names_of(model)));
        for (std::size_t i = 0; i < layers.size(); ++i) {
            BOOST_TEST(layers[i].in_features == model.layers[i].in_features);
            BOOST_TEST((layers[i].codes == model.layers[i].codes));
            BOOST_TEST((layers[i].scales == model.layers[i].scales));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_folder_has_the_frame_and_a_configuration_for_readers) {
    golden::QuantizedModel model = random_model(4);
    testing::ScratchFolder folder;
    Checkpoint frame = testing::one_block();
    frame.embedding(3, 5) = 42.0F;  // a prepared frame is what is written, not the checkpoint's file
    must_export(folder.path(), frame, model, CodeLayout::Packed);
    auto tensors = must(SafetensorsFile::open(folder.path() / "model.safetensors"));
    BOOST_TEST(tensors.tensors().size() == 4U + 3 * kProjections);
    auto embedding = must(tensors.values<float>("model.embed_tokens.weight", {4096, 256}));
    BOOST_TEST(embedding[3 * 256 + 5] == 42.0F);
    Json config = must(read_json(folder.path() / "config.json"));
    BOOST_TEST(config["hidden_size"] == 256);
    const Json& section = config["quantization_config"];
    BOOST_TEST(section["quant_method"] == "compressed-tensors");
    BOOST_TEST(section["format"] == "pack-quantized");
    const Json& group = section["config_groups"]["group_0"];
    BOOST_TEST(group["targets"] == Json{"Linear"});
    BOOST_TEST(group["weights"]["num_bits"] == 4);
    BOOST_TEST(group["weights"]["strategy"] == "channel");
    BOOST_TEST(group["input_activations"]["num_bits"] == 8);
    BOOST_TEST(group["input_activations"]["strategy"] == "token");
    BOOST_TEST(group["input_activations"]["dynamic"] == true);
}

BOOST_AUTO_TEST_CASE(layers_with_other_inputs_get_groups_of_their_own_and_are_named_as_different) {
    golden::QuantizedModel model = random_model(4);
    golden::ActivationCoding narrow = golden::default_coding(model.datapath);
    narrow.range = {-31, 31};
    narrow.reach = 0.9F;
    model.layers[6].activation = narrow;
    Json groups = quantization_config(model, CodeLayout::Packed)["config_groups"];
    BOOST_REQUIRE(groups.size() == 2U);
    BOOST_TEST(groups["group_1"]["targets"] == Json{model.layers[6].name});
    BOOST_TEST(groups["group_1"]["input_activations"]["num_bits"] == 6);
    BOOST_TEST(differences(model).size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_static_asymmetric_input_has_its_scale_and_a_signed_zero_point) {
    golden::QuantizedModel model = random_model(4);
    model.datapath.activation_signedness = golden::Signedness::Unsigned;
    for (golden::QuantizedLayer& layer : model.layers) {
        layer.activation = golden::default_coding(model.datapath);
        layer.activation->fixed = golden::TokenScale{0.5F, 100};
    }
    testing::ScratchFolder folder;
    must_export(folder.path(), testing::one_block(), model, CodeLayout::Bytes);
    auto tensors = must(SafetensorsFile::open(folder.path() / "model.safetensors"));
    const std::string name = model.layers[0].name;
    BOOST_TEST(must(tensors.values<float>(name + ".input_scale", {1}))[0] == 0.5F);
    BOOST_TEST(static_cast<int>(must(tensors.values<std::int8_t>(name + ".input_zero_point", {1}))[0]) ==
               -28);
}

// A GGUF file has no config.json; the one that is written says what the checkpoint's own says.
BOOST_AUTO_TEST_CASE(a_configuration_made_from_the_model_reads_back_as_the_same_model) {
    testing::ScratchFolder folder;
    ModelConfig config = testing::embedded_checkpoint().config;
    Json json = must(hugging_face_config(config));
    json["tie_word_embeddings"] = config.tied_embeddings;
    testing::must_write(folder.path() / "config.json", json);
    ModelConfig read = must(read_model_config(folder.path()));
    BOOST_TEST(read.hidden_size == config.hidden_size);
    BOOST_TEST(read.key_value_size() == config.key_value_size());
    BOOST_TEST(read.rope_theta == config.rope_theta);
    BOOST_TEST(read.context == config.context);
    BOOST_TEST(read.norm_epsilon == config.norm_epsilon);
    config.rope_divisors = {1.0F, 2.0F};
    BOOST_TEST(fails_with(hugging_face_config(config), "one by one"));
}

BOOST_AUTO_TEST_CASE(what_the_layout_cannot_say_is_refused) {
    testing::ScratchFolder folder;
    auto attempt = [&](const golden::QuantizedModel& model, CodeLayout layout) {
        return export_compressed_tensors(folder.path(), testing::one_block(), model, embedded_config(),
                                         layout);
    };
    BOOST_TEST(
        fails_with(attempt(random_model(5), CodeLayout::Packed), "pack 5-bit weights in different ways"));
    golden::QuantizedModel rotated = random_model(4);
    rotated.layers[6].input_transform = golden::InputTransform::Hadamard;
    BOOST_TEST(fails_with(attempt(rotated, CodeLayout::Packed), "transformed online"));
    golden::QuantizedModel short_model = random_model(4);
    short_model.layers.pop_back();
    BOOST_TEST(fails_with(attempt(short_model, CodeLayout::Packed), "has 6 layers"));
}

BOOST_AUTO_TEST_SUITE_END()
