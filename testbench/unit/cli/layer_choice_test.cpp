// Which layers power is of.
#include "cli/layer_choice.hpp"

#include "testbench/support/cli/sweep_folder.hpp"

using namespace macaw;
using namespace macaw::cli;

namespace {

std::string error_of(const std::vector<std::string>& words) {
    quantizer::ModelConfig model;
    model.blocks = 2;
    RunConfig config;
    config.synth.power.layers = words;
    auto checked = check_chosen_layers(config, model);
    return checked ? std::string{} : checked.error().message;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(layer_choice)

BOOST_AUTO_TEST_CASE(words_are_whole_and_stand_one_behind_the_other) {
    const std::string name = "model.layers.1.mlp.up_proj";
    for (const char* words : {"up_proj", "mlp", "layers.1", "1.mlp", "layers.1.mlp.up_proj", "model.layers"})
        BOOST_TEST(names_layer(words, name), words);
    for (const char* words : {"", "proj", "layers.1.up_proj", "layer", "mlp.", "layers.11"})
        BOOST_TEST(!names_layer(words, name), words);
    BOOST_TEST(!names_layer("layers.1", "model.layers.10.mlp.up_proj"));
}

BOOST_AUTO_TEST_CASE(without_a_choice_all_layers_are_chosen) {
    RunConfig config;
    BOOST_TEST(is_chosen(config, "model.layers.0.mlp.up_proj"));
    config.synth.power.layers = {"q_proj", "layers.1.mlp"};
    BOOST_TEST(is_chosen(config, "model.layers.0.self_attn.q_proj"));
    BOOST_TEST(is_chosen(config, "model.layers.1.mlp.up_proj"));
    BOOST_TEST(!is_chosen(config, "model.layers.0.mlp.up_proj"));
}

BOOST_AUTO_TEST_CASE(words_that_no_layer_has_are_an_error_before_any_step_runs) {
    BOOST_TEST(error_of({}) == "");
    BOOST_TEST(error_of({"mlp", "layers.1"}) == "");
    BOOST_TEST(error_of({"mlp", "layers.2"}) ==
               "synth.power.layers: no layer has the words \"layers.2\" in its name");
    testing::SweepFolder folder("synth: {power: {layers: [lm_head]}}\n" + std::string(testing::kOneWideUnit));
    auto config = read_run_config(folder.path("base.yaml"));
    BOOST_REQUIRE(config.has_value());
    auto checked = check_chosen_layers(*config, folder.path("base.yaml"));
    BOOST_REQUIRE(!checked.has_value());
    BOOST_TEST(checked.error().place.file == folder.path("base.yaml"));
}

BOOST_AUTO_TEST_CASE(a_stimulus_of_other_layers_than_the_configuration_chooses_is_refused) {
    testing::SweepFolder folder(testing::kOneWideUnit);
    auto config = read_run_config(folder.path("base.yaml"));
    BOOST_REQUIRE(config.has_value());
    config->synth.power.layers = {"layers.0.self_attn.q_proj", "layers.2.mlp.up_proj"};
    const std::vector<std::string> both = {"model.layers.0.self_attn.q_proj", "model.layers.2.mlp.up_proj"};
    BOOST_TEST(check_stimulus_layers(*config, both, "stimulus").has_value());
    BOOST_TEST(!check_stimulus_layers(*config, {both[0]}, "stimulus").has_value());
    config->synth.power.layers = {"layers.0.self_attn.q_proj"};
    BOOST_TEST(!check_stimulus_layers(*config, both, "stimulus").has_value());
    config->synth.power.layers.clear();  // a whole model
    BOOST_TEST(!check_stimulus_layers(*config, both, "stimulus").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
