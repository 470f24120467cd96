// Likelihoods and what follows from them: a continuation task out of the reference text, on which the float
// model is far above chance and a destroyed one is not.
#include "quantizer/evaluate/multiple_choice.hpp"

#include <cmath>

#include "quantizer/llama/perplexity.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw;
using namespace macaw::quantizer;
using testing::fails_with;
using testing::must;

namespace {

// Linear layers that know nothing: reproducible noise.
class DestroyedLinear final : public LinearLayers {
  public:
    explicit DestroyedLinear(const ModelConfig& config) : config_(config) {}
    void apply(std::int64_t block, LinearGroup group, const Matrix& input,
               std::span<Matrix> outputs) const override {
        std::mt19937 engine(static_cast<unsigned>(block * 4 + static_cast<int>(group)));
        std::normal_distribution<float> normal;
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            LinearShape shape = shape_of(projections_of(group)[i], config_);
            Matrix weights(shape.out_features, shape.in_features);
            for (float& value : weights.reshaped<Eigen::RowMajor>())
                value = normal(engine) / std::sqrt(static_cast<float>(shape.in_features));
            outputs[i] = input * weights.transpose();
        }
    }

  private:
    ModelConfig config_;
};

// Every 32 tokens of the reference text: 16 of context, then which 16 go on? Three wrong ones from elsewhere.
Task continuation_task() {
    const Tokenizer& tokenizer = testing::embedded_tokenizer();
    TokenizedText text = testing::reference_text();
    Task task;
    const std::size_t count = text.tokens.size() / 32;
    auto part = [&](std::size_t question, std::size_t first, std::size_t size) {
        return must(tokenizer.decode(std::span(text.tokens).subspan(question * 32 + first, size)));
    };
    for (std::size_t i = 0; i < count; ++i) {
        Question question;
        question.answer = i % 4;
        for (std::size_t choice = 0; choice < 4; ++choice) {
            std::string ending = part((i + (choice + 4 - question.answer) % 4 * (count / 4)) % count, 16, 16);
            question.choices.push_back({part(i, 0, 16), ending, ending.size()});
        }
        task.questions.push_back(question);
    }
    return task;
}

Question two_choices(std::size_t first_bytes, std::size_t second_bytes) {
    return {{{"c", " a", first_bytes}, {"c", " b", second_bytes}}, 1};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(multiple_choice)

BOOST_AUTO_TEST_CASE(the_float_model_finds_true_continuations_and_a_destroyed_one_does_not) {
    const Checkpoint& checkpoint = testing::embedded_checkpoint();
    Task task = continuation_task();
    BOOST_REQUIRE(task.questions.size() == 16U);
    FloatLinear layers(checkpoint);
    TaskResult result = must(evaluate_task(checkpoint, layers, testing::embedded_tokenizer(), task));
    BOOST_TEST(result.chance == 0.25);
    BOOST_TEST(result.accuracy.value >= 0.75);
    BOOST_TEST(result.normalized.value >= 0.5);
    DestroyedLinear destroyed(checkpoint.config);
    TaskResult blind = must(evaluate_task(checkpoint, destroyed, testing::embedded_tokenizer(), task));
    BOOST_TEST(blind.accuracy.value <= 0.5);  // 0.25 + 2.3 standard errors
}

// The log-likelihood of a window behind its first token is what perplexity sums.
BOOST_AUTO_TEST_CASE(a_likelihood_is_what_perplexity_sums_whatever_is_resident_at_a_time) {
    const Checkpoint& checkpoint = testing::embedded_checkpoint();
    TokenizedText text = testing::reference_text();
    text.tokens.resize(96);
    FloatLinear layers(checkpoint);
    Perplexity perplexity = must(measure_perplexity(checkpoint, layers, text, {.window = 96}));
    TokenizedPair whole{text.tokens, 95};
    TokenizedPair first{{text.tokens.begin(), text.tokens.begin() + 40}, 39};
    TokenizedPair rest{text.tokens, 56};
    std::vector<TokenizedPair> pairs = {whole, first, rest};
    std::vector<double> sums = must(log_likelihoods(checkpoint, layers, pairs));
    BOOST_TEST(sums[0] == -perplexity.mean_nll * 95, boost::test_tools::tolerance(1e-5));
    BOOST_TEST(sums[1] + sums[2] == sums[0], boost::test_tools::tolerance(1e-5));
    std::vector<double> one_by_one = must(log_likelihoods(checkpoint, layers, pairs, "one by one", 1));
    for (std::size_t i = 0; i < pairs.size(); ++i)
        BOOST_TEST(one_by_one[i] == sums[i], boost::test_tools::tolerance(1e-5));
}

BOOST_AUTO_TEST_CASE(white_space_at_the_end_of_a_context_belongs_to_the_continuation) {
    const Tokenizer& tokenizer = testing::embedded_tokenizer();
    TokenizedPair plain = must(tokenize_pair(tokenizer, "In the", " beginning", 512));
    TokenizedPair moved = must(tokenize_pair(tokenizer, "In the ", "beginning", 512));
    BOOST_TEST((plain.tokens == moved.tokens));
    BOOST_TEST(plain.continuation == moved.continuation);
    BOOST_TEST((plain.tokens == must(tokenizer.encode("In the beginning"))));
}

BOOST_AUTO_TEST_CASE(a_context_that_is_too_long_loses_its_beginning_and_an_impossible_one_is_refused) {
    const Tokenizer& tokenizer = testing::embedded_tokenizer();
    const std::string context = "And God said, Let there be light: and there was";
    TokenizedPair whole = must(tokenize_pair(tokenizer, context, " light", 512));
    TokenizedPair cut = must(tokenize_pair(tokenizer, context, " light", 4));
    BOOST_REQUIRE(cut.tokens.size() == 5U);
    BOOST_TEST(std::equal(cut.tokens.begin(), cut.tokens.end(), whole.tokens.end() - 5));
    BOOST_TEST(fails_with(tokenize_pair(tokenizer, "", " light", 512), "predicts nothing"));
    BOOST_TEST(fails_with(tokenize_pair(tokenizer, "God", "", 512), "adds no token"));
    BOOST_TEST(fails_with(tokenize_pair(tokenizer, "God", context, 3), "exceeds the model's context of 3"));
}

BOOST_AUTO_TEST_CASE(length_normalisation_divides_by_the_bytes_of_the_choice_and_ties_take_the_first) {
    AnsweredQuestion answered = answer_question(two_choices(2, 10), {-4.0, -10.0});
    BOOST_TEST(answered.chosen == 0U);
    BOOST_TEST(answered.chosen_normalized == 1U);  // -2 a byte against -1
    BOOST_TEST(answer_question(two_choices(5, 5), {-3.0, -3.0}).chosen == 0U);
}

// 3 of 4 right: 0.75, and sqrt(0.75 * 0.25 / 3) = 0.25.
BOOST_AUTO_TEST_CASE(the_standard_error_is_that_of_a_mean_of_zeros_and_ones) {
    AnsweredQuestion right = answer_question(two_choices(1, 1), {-2.0, -1.0});
    AnsweredQuestion wrong = answer_question(two_choices(1, 1), {-1.0, -2.0});
    TaskResult result = summarize({right, right, wrong, right});
    BOOST_TEST(result.accuracy.value == 0.75);
    BOOST_TEST(result.accuracy.standard_error == 0.25);
    BOOST_TEST(result.chance == 0.5);
}

BOOST_AUTO_TEST_SUITE_END()
