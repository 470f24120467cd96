#include "quantizer/evaluate/multiple_choice.hpp"

#include <algorithm>
#include <cmath>

namespace macaw::quantizer {

namespace {

Accuracy accuracy_of(std::size_t right, std::size_t questions) {
    Accuracy accuracy;
    auto count = static_cast<double>(questions);
    accuracy.value = static_cast<double>(right) / count;
    if (questions > 1)
        accuracy.standard_error = std::sqrt(accuracy.value * (1 - accuracy.value) / (count - 1));
    return accuracy;
}

std::size_t index_of_largest(const std::vector<double>& values) {
    return static_cast<std::size_t>(std::ranges::max_element(values) - values.begin());
}

}  // namespace

AnsweredQuestion answer_question(const Question& question, std::vector<double> log_likelihoods) {
    require(log_likelihoods.size() == question.choices.size(),
            "answer_question: a likelihood for each choice");
    AnsweredQuestion answered;
    answered.right = question.answer;
    answered.chosen = index_of_largest(log_likelihoods);
    std::vector<double> normalized = log_likelihoods;
    for (std::size_t i = 0; i < normalized.size(); ++i)
        normalized[i] /= static_cast<double>(question.choices[i].choice_bytes);
    answered.chosen_normalized = index_of_largest(normalized);
    answered.log_likelihoods = std::move(log_likelihoods);
    return answered;
}

TaskResult summarize(std::vector<AnsweredQuestion> questions) {
    require(!questions.empty(), "summarize: no question");
    TaskResult result;
    std::size_t right = 0;
    std::size_t right_normalized = 0;
    for (const AnsweredQuestion& question : questions) {
        right += question.chosen == question.right ? 1 : 0;
        right_normalized += question.chosen_normalized == question.right ? 1 : 0;
        result.chance += 1.0 / static_cast<double>(question.log_likelihoods.size());
    }
    result.chance /= static_cast<double>(questions.size());
    result.accuracy = accuracy_of(right, questions.size());
    result.normalized = accuracy_of(right_normalized, questions.size());
    result.questions = std::move(questions);
    return result;
}

Expected<TaskResult> evaluate_task(const Checkpoint& checkpoint, LinearLayers& layers,
                                   const Tokenizer& tokenizer, const Task& task, std::int64_t limit,
                                   const std::string& what) {
    std::span<const Question> questions(task.questions);
    if (limit > 0) questions = questions.first(std::min(questions.size(), static_cast<std::size_t>(limit)));
    std::vector<TokenizedPair> pairs;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        for (const ScoredText& choice : questions[i].choices) {
            auto pair =
                tokenize_pair(tokenizer, choice.context, choice.continuation, checkpoint.config.context);
            if (!pair) {
                Error error = std::move(pair).error();
                error.message = fmt::format("question {} of {}: {}", i + 1, task.file, error.message);
                return fail(std::move(error));
            }
            pairs.push_back(std::move(*pair));
        }
    }
    MACAW_TRY(std::vector<double> likelihoods, log_likelihoods(checkpoint, layers, pairs, what));
    std::vector<AnsweredQuestion> answered;
    auto next = likelihoods.begin();
    for (const Question& question : questions) {
        auto end = next + static_cast<std::ptrdiff_t>(question.choices.size());
        answered.push_back(answer_question(question, {next, end}));
        next = end;
    }
    return summarize(std::move(answered));
}

}  // namespace macaw::quantizer
