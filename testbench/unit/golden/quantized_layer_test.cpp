#include "golden/quantized_layer.hpp"

#include <fstream>

#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

using namespace macaw;
using namespace macaw::golden;

namespace {

QuantizedModel two_layers() {
    QuantizedModel model;
    model.layers.push_back({"a", 2, 3, {1, -2, 3, 7, -7, 0}, {0.5F, 0.25F}});
    model.layers.push_back({"b",
                            1,
                            1,
                            {5},
                            {1.0F},
                            ActivationCoding{{-8, 7}, ZeroPoint::Asymmetric, 0.75F, TokenScale{0.1F, 3}},
                            InputTransform::Hadamard});
    model.provenance = {{"algorithm", "none"}};
    return model;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(quantized_layer)

BOOST_AUTO_TEST_CASE(a_model_reads_back_as_it_was_written) {
    testing::ScratchFolder folder;
    QuantizedModel model = two_layers();
    BOOST_REQUIRE(write_quantized_model(folder.path(), model).has_value());
    auto back = read_quantized_model(folder.path());
    BOOST_REQUIRE(back.has_value());
    BOOST_TEST((back->datapath == model.datapath));
    BOOST_TEST(back->provenance == model.provenance);
    BOOST_TEST(back->layers[0].codes == model.layers[0].codes);
    BOOST_TEST(back->layers[0].scales == model.layers[0].scales);
    BOOST_TEST(back->find("b")->codes[0] == 5);
    BOOST_TEST(!back->layers[0].activation.has_value());
    BOOST_TEST((back->layers[1].activation == model.layers[1].activation));
    BOOST_TEST((back->layers[1].input_transform == InputTransform::Hadamard));
}

BOOST_AUTO_TEST_CASE(unsigned_codes_of_eight_bits_read_back_as_they_were_written) {
    testing::ScratchFolder folder;
    QuantizedModel model;
    model.datapath.weight_bits = BitWidth(8);
    model.datapath.weight_signedness = Signedness::Unsigned;
    model.layers.push_back({"a", 1, 4, {0, 127, 128, 255}, {1.0F}});
    BOOST_REQUIRE(write_quantized_model(folder.path(), model).has_value());
    auto back = read_quantized_model(folder.path());
    BOOST_REQUIRE(back.has_value());
    BOOST_TEST((back->datapath == model.datapath));
    BOOST_TEST(back->layers[0].codes == model.layers[0].codes);
    model.layers[0].codes[0] = -1;
    BOOST_TEST(!write_quantized_model(folder.path(), model).has_value());
}

BOOST_AUTO_TEST_CASE(a_truncated_tensor_file_is_an_error_with_its_path) {
    testing::ScratchFolder folder;
    BOOST_REQUIRE(write_quantized_model(folder.path(), two_layers()).has_value());
    auto file = folder.path() / "layers.safetensors";
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
    auto back = read_quantized_model(folder.path());
    BOOST_REQUIRE(!back.has_value());
    BOOST_TEST(to_text(back.error()).find("not a valid safetensors file") != std::string::npos);
    BOOST_TEST(to_text(back.error()).find(file.string()) == 0U);
}

BOOST_AUTO_TEST_CASE(every_truncation_and_a_corrupt_header_are_errors_and_never_crashes) {
    testing::ScratchFolder folder;
    BOOST_REQUIRE(write_quantized_model(folder.path(), two_layers()).has_value());
    auto file = folder.path() / "layers.safetensors";
    auto whole = read_text(file);
    BOOST_REQUIRE(whole.has_value());
    for (std::size_t size = 0; size < whole->size(); ++size) {
        BOOST_REQUIRE(write_text(file, whole->substr(0, size)).has_value());
        BOOST_TEST(!read_quantized_model(folder.path()).has_value());
    }
    testing::check_property("a flipped header byte is an error or leaves legal codes", [&] {
        std::string text = *whole;
        auto at = *rc::gen::inRange<std::size_t>(0, text.size());
        text[at] = static_cast<char>(*rc::gen::arbitrary<char>());
        RC_ASSERT(write_text(file, text).has_value());
        auto back = read_quantized_model(folder.path());
        if (back) RC_ASSERT(check(*back, file).has_value());
    });
}

BOOST_AUTO_TEST_CASE(a_code_outside_the_weight_range_is_refused_with_its_position) {
    QuantizedModel model = two_layers();
    model.layers[0].codes[4] = -8;
    auto checked = check(model, "m");
    BOOST_REQUIRE(!checked.has_value());
    BOOST_TEST(checked.error().message == "layer a: code -8 at row 1, column 1 is outside -7..7");
}

BOOST_AUTO_TEST_CASE(a_missing_key_is_an_error) {
    testing::ScratchFolder folder;
    BOOST_REQUIRE(write_quantized_model(folder.path(), two_layers()).has_value());
    BOOST_REQUIRE(
        write_text(folder.path() / "layers.json", "{\"format\": \"macaw quantized model 2\"}").has_value());
    auto back = read_quantized_model(folder.path());
    BOOST_REQUIRE(!back.has_value());
    BOOST_TEST(back.error().message == "key \"datapath\" is missing");
}

BOOST_AUTO_TEST_SUITE_END()
