#include "quantizer/llama/forward.hpp"

#include <cmath>

#include "quantizer/llama/perplexity.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;

namespace {

// Logits of the last eight positions, [8, 4096].
Matrix last_logits(const Checkpoint& checkpoint) {
    auto tokens = reference_array<TokenId>("reference_tokens.npy");
    FloatLinear layers(checkpoint);
    Matrix hidden = must(forward_hidden(checkpoint, layers, make_rotary(checkpoint.config, 512), tokens));
    return logits_of(checkpoint, hidden, 504, 8);
}

float distance_from_reference(const Matrix& logits) {
    auto reference = reference_array<float>("reference_logits_last8.npy");
    return (logits - Eigen::Map<const Matrix>(reference.data(), 8, 4096)).cwiseAbs().maxCoeff();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(forward)

BOOST_AUTO_TEST_CASE(logits_equal_those_of_transformers) {
    BOOST_TEST(distance_from_reference(last_logits(embedded_checkpoint())) < 2e-3F);
}

// Negative control: small mistakes of the kinds that a forward pass tends to have are far outside the
// tolerance.
BOOST_AUTO_TEST_CASE(logits_show_a_wrong_epsilon_base_or_head) {
    Checkpoint changed = embedded_checkpoint();
    changed.config.rope_theta = 10100;
    BOOST_TEST(distance_from_reference(last_logits(changed)) > 1e-2F);
    changed = embedded_checkpoint();
    changed.linear =
        std::make_shared<ChangedLinear>(changed.linear, [](std::int64_t block, BlockLinear& linear) {
            if (block == 3) linear[Projection::Query].row(17).setZero();
        });
    BOOST_TEST(distance_from_reference(last_logits(changed)) > 1e-2F);
    changed = embedded_checkpoint();
    changed.config.norm_epsilon = 1e-3;
    BOOST_TEST(distance_from_reference(last_logits(changed)) > 1e-2F);
}

BOOST_AUTO_TEST_CASE(norm_and_gate_by_hand) {
    Matrix x{{3, 4}, {0, 0}};
    Matrix normed = root_mean_square_norm(x, Vector{{1, 2}}, 0.5);
    BOOST_TEST(normed(0, 0) == 3 / std::sqrt(13.0F),
               boost::test_tools::tolerance(1e-6F));  // mean square 12.5
    BOOST_TEST(normed(0, 1) == 8 / std::sqrt(13.0F), boost::test_tools::tolerance(1e-6F));
    BOOST_TEST(normed(1, 0) == 0.0F);
    Matrix out = gated(Matrix{{0, 1, -200}}, Matrix{{5, 2, 1}});
    BOOST_TEST(out(0, 0) == 0.0F);
    BOOST_TEST(out(0, 1) == 2 / (1 + std::exp(-1.0F)), boost::test_tools::tolerance(1e-6F));
    BOOST_TEST(std::abs(out(0, 2)) < 1e-30F);
}

// One head of 2 and no position: the second token's weights are softmax(0, 1/sqrt(2)).
BOOST_AUTO_TEST_CASE(attention_by_hand_and_causal) {
    ModelConfig config;
    config.attention_heads = config.key_value_heads = 1;
    config.head_size = 2;
    Rotary rotary{Matrix::Ones(2, 1), Matrix::Zero(2, 1)};
    Matrix context =
        attention(config, rotary, Matrix{{9, 9}, {1, 0}}, Matrix{{0, 5}, {1, 0}}, Matrix{{1, 0}, {0, 1}});
    float weight = 1 / (1 + std::exp(1 / std::sqrt(2.0F)));
    BOOST_TEST(context(0, 0) == 1.0F);
    BOOST_TEST(context(0, 1) == 0.0F);
    BOOST_TEST(context(1, 0) == weight, boost::test_tools::tolerance(1e-6F));
    BOOST_TEST(context(1, 1) == 1 - weight, boost::test_tools::tolerance(1e-6F));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(perplexity)

BOOST_AUTO_TEST_CASE(perplexity_equals_a_sum_over_the_logits) {
    Checkpoint checkpoint = one_block();
    TokenizedText text = reference_text();
    FloatLinear layers(checkpoint);
    Perplexity measured = must(measure_perplexity(checkpoint, layers, text, {.window = 100, .windows = 2}));
    Rotary rotary = make_rotary(checkpoint.config, 100);
    std::vector<double> means;
    for (std::size_t window = 0; window < 2; ++window) {
        auto tokens = window_of(text, 100, window);
        Matrix logits =
            logits_of(checkpoint, must(forward_hidden(checkpoint, layers, rotary, tokens)), 0, 100);
        double sum = 0;
        for (Index i = 0; i < 99; ++i) {
            Eigen::ArrayXd row = logits.row(i).cast<double>().transpose().array();
            sum += std::log(row.exp().sum()) - row(tokens[static_cast<std::size_t>(i) + 1]);
        }
        means.push_back(sum / 99);
    }
    double expected = std::exp((means[0] + means[1]) / 2);
    BOOST_TEST(measured.perplexity == expected, boost::test_tools::tolerance(1e-6));
    // Two windows: the deviation of their mean is half their distance.
    BOOST_TEST(measured.standard_error == expected * std::abs(means[0] - means[1]) / 2,
               boost::test_tools::tolerance(1e-4));
    BOOST_TEST(measured.windows == 2);
    BOOST_TEST(measured.predicted == 198);
    BOOST_TEST(measured.tokens == 512);
}

BOOST_AUTO_TEST_CASE(perplexity_does_not_depend_on_the_number_of_threads) {
    Checkpoint checkpoint = one_block();
    auto measure = [&](const char* threads) {
        ::setenv("MACAW_THREADS", threads, 1);
        FloatLinear layers(checkpoint);
        auto result = must(measure_perplexity(checkpoint, layers, reference_text(), {.window = 64}));
        ::unsetenv("MACAW_THREADS");
        return result.mean_nll;
    };
    BOOST_TEST(measure("1") == measure("3"));
}

BOOST_AUTO_TEST_CASE(impossible_windows_are_errors) {
    Checkpoint checkpoint = one_block();
    FloatLinear layers(checkpoint);
    auto measure = [&](std::int64_t window, std::int64_t windows) {
        return measure_perplexity(checkpoint, layers, reference_text(),
                                  {.window = window, .windows = windows});
    };
    BOOST_TEST(fails_with(measure(513, 0), "a window of 513 tokens is outside 2..512"));
    BOOST_TEST(fails_with(measure(1, 0), "outside 2..512"));
    BOOST_TEST(fails_with(measure(200, 3), "512 tokens are too few for 3 windows of 200"));
    TokenizedText foreign{"other.txt", "0", std::vector<TokenId>(64, 4096)};
    BOOST_TEST(fails_with(measure_perplexity(checkpoint, layers, foreign, {.window = 64}),
                          "outside the model's vocabulary"));
}

BOOST_AUTO_TEST_SUITE_END()
