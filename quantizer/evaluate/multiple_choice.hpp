// Multiple-choice accuracy by likelihood: the choice that the model finds most likely is its answer. acc
// compares the sums of log-likelihoods, acc_norm those sums divided by the choice's length in bytes (the
// harness counts characters, which is the same for ASCII); of equal choices the first one is taken.
#pragma once

#include <cstdint>
#include <vector>

#include "quantizer/evaluate/likelihood.hpp"
#include "quantizer/evaluate/task_file.hpp"

namespace macaw::quantizer {

struct Accuracy {
    double value = 0;           // share of right answers
    double standard_error = 0;  // sqrt(v (1 - v) / (n - 1)), that of the harness; 0 for a single question
};

struct AnsweredQuestion {
    std::vector<double> log_likelihoods;  // of the choices
    std::size_t right = 0;
    std::size_t chosen = 0;             // for acc
    std::size_t chosen_normalized = 0;  // for acc_norm
};

struct TaskResult {
    std::vector<AnsweredQuestion> questions;
    Accuracy accuracy;
    Accuracy normalized;
    double chance = 0;  // of guessing: mean of 1 / number of choices
};

// The first `limit` questions of the task; 0: all. `what` names the work in the progress.
Expected<TaskResult> evaluate_task(const Checkpoint& checkpoint, LinearLayers& layers,
                                   const Tokenizer& tokenizer, const Task& task, std::int64_t limit = 0,
                                   const std::string& what = "questions");

// The answer to one question from its likelihoods.
AnsweredQuestion answer_question(const Question& question, std::vector<double> log_likelihoods);
TaskResult summarize(std::vector<AnsweredQuestion> questions);

}  // namespace macaw::quantizer
