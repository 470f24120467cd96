// Multiple-choice questions from JSON-lines files as the usual harnesses keep them, and the texts that a
// model scores for each. Prompts are those of the zero-shot tasks of EleutherAI's lm-evaluation-harness 0.4
// (arc_easy/arc_challenge, hellaswag, piqa, winogrande); the form of a file is told by its keys:
//
//   ARC         {"question", "choices": {"text": [...], "label": [...]}, "answerKey"}
//               "Question: <question>\nAnswer:" + " <text>"
//   HellaSwag   {"activity_label", "ctx_a", "ctx_b" (or "ctx"), "endings": [...], "label"}
//               "<activity_label>: <ctx_a> <Ctx_b>" + " <ending>", without WikiHow's bracketed marks
//   PIQA        {"goal", "sol1", "sol2", "label"}
//               "Question: <goal>\nAnswer:" + " <solution>"
//   WinoGrande  {"sentence" with a "_", "option1", "option2", "answer"}
//               "<sentence up to the _><option>" + " <the rest>": the same rest is scored behind each option
//   plain       {"question", "choices": [...], "answer": index from 0}
//               "<question>" + " <choice>"
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "golden/support/error.hpp"
#include "golden/support/file.hpp"

namespace macaw::quantizer {

enum class TaskForm { Arc, HellaSwag, Piqa, WinoGrande, Plain };
std::string to_string(TaskForm form);

// What is scored: the continuation, given the context. The blank between them is part of the continuation.
struct ScoredText {
    std::string context;
    std::string continuation;
    std::size_t choice_bytes = 0;  // of the choice without that blank: the length that acc_norm divides by
};

struct Question {
    std::vector<ScoredText> choices;  // at least two
    std::size_t answer = 0;           // index of the right one
};

struct Task {
    std::string file;    // name without folder
    std::string sha256;  // of its bytes
    TaskForm form = TaskForm::Plain;
    std::vector<Question> questions;
};

// Reads the whole file. Errors name file and line: not JSON, keys of no known form, a form that differs from
// the first line's, an answer that is none of the choices, an empty choice.
Expected<Task> read_task(const std::filesystem::path& file);

// One line of a file of this form.
Expected<Question> read_question(const Json& line, TaskForm form);
// By its keys; an error where they are those of no form.
Expected<TaskForm> form_of(const Json& line);

// HellaSwag's: bracketed marks of WikiHow out, doubled blanks halved, outer white space off.
std::string clean_hellaswag(std::string_view text);

}  // namespace macaw::quantizer
