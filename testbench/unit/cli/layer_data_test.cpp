// Which layers run on the array.
#include "cli/layer_data.hpp"

#include "testbench/support/cli/sweep_folder.hpp"

using namespace macaw;
using namespace macaw::cli;

namespace {

quantizer::ModelConfig small_model() {
    quantizer::ModelConfig model;
    model.hidden_size = 16;
    model.intermediate_size = 32;
    model.blocks = 11;
    model.attention_heads = model.key_value_heads = 2;
    model.head_size = 8;
    return model;
}

std::vector<std::string> chosen_of(const std::vector<std::string>& words) {
    RunConfig config;
    config.cosim.layers = words;
    auto parts = random_layer_data(config, small_model(), 1);
    BOOST_REQUIRE(parts.has_value());
    std::vector<std::string> names;
    for (const sim::LayerPart& part : *parts) names.push_back(part.layer->name);
    return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(layer_data)

BOOST_AUTO_TEST_CASE(words_are_whole_and_stand_one_behind_the_other) {
    const std::string name = "model.layers.1.mlp.up_proj";
    for (const char* words : {"up_proj", "mlp", "layers.1", "1.mlp", "layers.1.mlp.up_proj", "model.layers"})
        BOOST_TEST(names_layer(words, name), words);
    for (const char* words : {"", "proj", "layers.1.up_proj", "layer", "mlp.", "layers.11"})
        BOOST_TEST(!names_layer(words, name), words);
    BOOST_TEST(!names_layer("layers.1", "model.layers.10.mlp.up_proj"));
}

BOOST_AUTO_TEST_CASE(chosen_layers_keep_their_order_and_their_codes) {
    BOOST_TEST(chosen_of({}).size() == 77);
    BOOST_TEST(chosen_of({"down_proj"}).size() == 11);
    BOOST_TEST(chosen_of({"layers.1"}).size() == 7);
    const std::vector<std::string> expected = {"model.layers.0.self_attn.q_proj",
                                               "model.layers.1.mlp.down_proj"};
    BOOST_TEST(chosen_of({"layers.1.mlp.down_proj", "layers.0.self_attn.q_proj"}) == expected,
               boost::test_tools::per_element());
    RunConfig all, one;
    one.cosim.layers = {"layers.2.mlp.gate_proj"};
    auto every = random_layer_data(all, small_model(), 1), chosen = random_layer_data(one, small_model(), 1);
    BOOST_REQUIRE(every.has_value() && chosen.has_value());
    BOOST_REQUIRE(chosen->size() == 1);
    for (const sim::LayerPart& part : *every)
        if (part.layer->name == chosen->front().layer->name)
            BOOST_TEST((part.layer->codes == chosen->front().layer->codes));
}

BOOST_AUTO_TEST_CASE(a_word_that_no_layer_has_is_an_error) {
    RunConfig config;
    config.cosim.layers = {"mlp", "lm_head"};
    auto parts = random_layer_data(config, small_model(), 1);
    BOOST_REQUIRE(!parts.has_value());
    BOOST_TEST(parts.error().message == "cosim.layers: no layer has \"lm_head\" in its name");
}

BOOST_AUTO_TEST_SUITE_END()
