#include "quantizer/llama/rope_scaling.hpp"

#include <cmath>

#include "quantizer/llama/model_config.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw;
using namespace macaw::quantizer;
using namespace macaw::testing;

namespace {

// config.json of heads of 64 with rope_parameters (transformers 5) or rope_scaling and rope_theta (before).
Expected<ModelConfig> read_config(const Json& parameters, bool new_style) {
    Json json = must(read_json(embedded_model() / "config.json"));
    json.erase("rope_parameters");
    json.erase("rope_theta");
    Json scaling = parameters;
    if (!new_style && scaling.contains("rope_theta")) {
        json["rope_theta"] = scaling["rope_theta"];
        scaling.erase("rope_theta");
    }
    json[new_style ? "rope_parameters" : "rope_scaling"] = scaling;
    ScratchFolder folder;
    must_write(folder.path() / "config.json", json);
    return read_model_config(folder.path());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rope_scaling)

// Made by transformers (scripts/fixtures): Llama 3.2 1B, and linear scaling by 4.
BOOST_AUTO_TEST_CASE(scaled_frequencies_equal_those_of_transformers) {
    Json reference = must(read_json(source_folder() / "testbench/data/models/rope.json"));
    for (const char* name : {"llama3", "linear"})
        for (bool new_style : {true, false}) {
            ModelConfig config = must(read_config(reference[name]["parameters"], new_style));
            BOOST_REQUIRE(config.rope_divisors.size() == 32U);
            for (std::size_t i = 0; i < 32; ++i) {
                double frequency = std::pow(config.rope_theta, -static_cast<double>(i) / 32) /
                                   static_cast<double>(config.rope_divisors[i]);
                BOOST_TEST(frequency == reference[name]["inverse_frequencies"][i].get<double>(),
                           boost::test_tools::tolerance(2e-6));
            }
        }
}

BOOST_AUTO_TEST_CASE(default_rope_parameters_scale_nothing) {
    ModelConfig config = must(read_config({{"rope_type", "default"}, {"rope_theta", 5000.0}}, true));
    BOOST_TEST(config.rope_theta == 5000.0);
    BOOST_TEST(config.rope_divisors.empty());
}

BOOST_AUTO_TEST_CASE(other_and_impossible_scalings_are_refused) {
    BOOST_TEST(
        fails_with(read_config({{"rope_type", "yarn"}, {"factor", 4}}, false), "yarn is not supported"));
    BOOST_TEST(fails_with(read_config({{"type", "dynamic"}, {"factor", 4}}, false), "dynamic is not"));
    BOOST_TEST(fails_with(read_config({{"rope_type", "linear"}}, false), "\"factor\" is missing"));
    BOOST_TEST(fails_with(read_config({{"rope_type", "linear"}, {"factor", 0.5}}, false), "at least 1"));
    BOOST_TEST(fails_with(read_config({{"rope_type", "llama3"},
                                       {"factor", 8},
                                       {"low_freq_factor", 4},
                                       {"high_freq_factor", 1},
                                       {"original_max_position_embeddings", 8192}},
                                      false),
                          "factors are impossible"));
    BOOST_TEST(fails_with(read_config({{"rope_type", "default"}, {"partial_rotary_factor", 0.5}}, true),
                          "partial_rotary_factor 0.5"));
    BOOST_TEST(fails_with(read_config(Json::array({1}), false), "rope_scaling is not an object"));
}

BOOST_AUTO_TEST_SUITE_END()
