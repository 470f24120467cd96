// SmolLM2-135M-Instruct from GGUF against transformers in float32 (scripts/fixtures). Skips where
// scripts/checkpoints has not fetched it.
#include <cmath>

#include "golden/support/safetensors.hpp"
#include "quantizer/llama/perplexity.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

namespace fs = std::filesystem;
using namespace macaw;
using namespace macaw::quantizer;
using namespace macaw::testing;

namespace {

std::optional<fs::path> smollm2() {
    fs::path path = source_folder() / "build/checkpoints/SmolLM2-135M-Instruct.Q4_1.gguf";
    if (fs::exists(path)) return path;
    BOOST_TEST_MESSAGE("skipped: scripts/checkpoints has not been run");
    return std::nullopt;
}

template <typename T>
std::vector<T> reference(const std::string& name) {
    auto file =
        must(SafetensorsFile::open(source_folder() / "testbench/data/models/smollm2/reference.safetensors"));
    return must(file.values<T>(name, {-1}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(real_checkpoint)

BOOST_AUTO_TEST_CASE(likelihoods_and_logits_of_smollm2_equal_those_of_transformers) {
    auto path = smollm2();
    if (!path) return;
    Checkpoint checkpoint = must(load_checkpoint(*path));
    FloatLinear layers(checkpoint);
    auto tokens = reference<std::int32_t>("tokens");
    Matrix hidden = must(forward_hidden(checkpoint, layers, make_rotary(checkpoint.config, 256), tokens));
    auto likelihoods = log_likelihoods(checkpoint, hidden, tokens);
    auto expected = reference<double>("log_likelihoods");
    BOOST_REQUIRE(likelihoods.size() == expected.size());
    double worst = 0;
    for (std::size_t i = 0; i < expected.size(); ++i)
        worst = std::max(worst, std::abs(likelihoods[i] - expected[i]));
    BOOST_TEST(worst < 1e-3);
    Matrix logits = logits_of(checkpoint, hidden, 255, 1);
    auto expected_logits = reference<float>("last_logits_every_16th");
    float worst_logit = 0;
    for (std::size_t i = 0; i < expected_logits.size(); ++i)
        worst_logit =
            std::max(worst_logit, std::abs(logits(0, 16 * static_cast<Index>(i)) - expected_logits[i]));
    BOOST_TEST(worst_logit < 1e-3F);
}

// transformers: 15.02438 on this window, from the tokens of Hugging Face tokenizers.
BOOST_AUTO_TEST_CASE(first_window_of_wikitext_has_the_perplexity_of_transformers) {
    auto path = smollm2();
    auto text_file = shared_data("data/wikitext-2-raw/wiki.test.raw");
    if (!path || !text_file) return;
    TokenizedText text = must(tokenize_file(must(Tokenizer::load(*path)), *text_file));
    BOOST_TEST(text.tokens.size() == 304830U);
    auto expected = reference<std::int32_t>("tokens");
    BOOST_TEST(std::equal(expected.begin(), expected.end(), text.tokens.begin()));
    Checkpoint checkpoint = must(load_checkpoint(*path));
    FloatLinear layers(checkpoint);
    auto result = must(measure_perplexity(checkpoint, layers, text, {.window = 2048, .windows = 1}));
    BOOST_TEST(result.perplexity == 15.02438, boost::test_tools::tolerance(2e-6));
}

BOOST_AUTO_TEST_SUITE_END()
