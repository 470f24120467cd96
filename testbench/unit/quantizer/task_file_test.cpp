// Task files become exactly the texts that lm-evaluation-harness scores.
#include "quantizer/evaluate/task_file.hpp"

#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw;
using namespace macaw::quantizer;
using testing::fails_with;
using testing::must;

namespace {

Question question_of(const std::string& line) {
    Json json = Json::parse(line);
    return must(read_question(json, must(form_of(json))));
}

struct TaskFolder {
    testing::ScratchFolder scratch;
    Expected<Task> read(const std::string& text) const {
        BOOST_REQUIRE(write_text(scratch.path() / "task.jsonl", text).has_value());
        return read_task(scratch.path() / "task.jsonl");
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(task_file)

BOOST_AUTO_TEST_CASE(arc_takes_the_answer_by_its_label) {
    Question question = question_of(
        R"({"id": "x", "question": "Which is hot?", "choices": {"text": ["ice", "fire"], "label": ["1", "2"]},
            "answerKey": "2"})");
    BOOST_TEST(question.answer == 1U);
    BOOST_TEST(question.choices[0].context == "Question: Which is hot?\nAnswer:");
    BOOST_TEST(question.choices[1].continuation == " fire");
    BOOST_TEST(question.choices[1].choice_bytes == 4U);
}

BOOST_AUTO_TEST_CASE(hellaswag_loses_its_marks_and_capitalizes_the_second_part) {
    Question question = question_of(
        R"({"activity_label": "Washing hands", "ctx_a": "A man [header] turns on the tap.", "ctx_b": "he THEN",
            "ctx": "unused", "endings": [" [title] dries [step] them.", "waits [substeps]  long."], "label": "1"})");
    // "A man [header] turns": the bracket goes, the two blanks around it become one.
    BOOST_TEST(question.choices[0].context == "Washing hands: A man turns on the tap. He then");
    // Stripped first, so that " [title]" at the very start is a plain bracket.
    BOOST_TEST(question.choices[0].continuation == "  dries them.");
    BOOST_TEST(question.choices[1].continuation == " waits  long.");
    BOOST_TEST(question.answer == 1U);
    BOOST_TEST(clean_hellaswag("Wash [title] Dry [step]it") == "Wash. Dry it");
    BOOST_TEST(clean_hellaswag("open [ bracket") == "open [ bracket");
}

BOOST_AUTO_TEST_CASE(piqa_asks_for_the_solution) {
    Question question =
        question_of(R"({"goal": "Open a jar.", "sol1": "Twist the lid.", "sol2": "Paint it.", "label": 0})");
    BOOST_TEST(question.choices[1].context == "Question: Open a jar.\nAnswer:");
    BOOST_TEST(question.choices[1].continuation == " Paint it.");
    BOOST_TEST(question.answer == 0U);
}

BOOST_AUTO_TEST_CASE(winogrande_scores_the_same_rest_behind_each_option) {
    Question question = question_of(
        R"({"sentence": "Ann thanked Eve because _ had helped. ", "option1": "Ann", "option2": "Eve",
            "answer": "2"})");
    BOOST_TEST(question.choices[0].context == "Ann thanked Eve because Ann");
    BOOST_TEST(question.choices[1].context == "Ann thanked Eve because Eve");
    BOOST_TEST(question.choices[0].continuation == " had helped.");
    BOOST_TEST(question.choices[1].continuation == " had helped.");
    BOOST_TEST(question.answer == 1U);
}

BOOST_AUTO_TEST_CASE(a_plain_question_stands_as_it_is) {
    Question question =
        question_of(R"({"question": "In the", "choices": ["end", "beginning"], "answer": 1})");
    BOOST_TEST(question.choices[1].context == "In the");
    BOOST_TEST(question.choices[1].continuation == " beginning");
    BOOST_TEST(question.answer == 1U);
}

BOOST_AUTO_TEST_CASE(a_bad_line_is_an_error_with_its_place) {
    TaskFolder folder;
    const std::string good = R"({"question": "a", "choices": ["b", "c"], "answer": 0})";
    BOOST_TEST(must(folder.read(good + "\n\n" + good + "\n")).questions.size() == 2U);
    BOOST_TEST(fails_with(folder.read(good + "\n{\"question\": \n"), "task.jsonl:2:1: error: is not JSON"));
    BOOST_TEST(fails_with(folder.read(good + "\n[1]\n"), "is not a JSON object"));
    BOOST_TEST(fails_with(folder.read("{\"text\": \"a\"}\n"), "keys of no known kind"));
    BOOST_TEST(
        fails_with(folder.read(good + "\n{\"goal\": \"a\", \"sol1\": \"b\", \"sol2\": \"c\", \"label\": 0}"),
                   "the first one is of form plain"));
    BOOST_TEST(fails_with(folder.read(R"({"question": "a", "choices": ["b", "c"], "answer": 2})"),
                          "answer \"2\" is none of 0..1"));
    BOOST_TEST(fails_with(folder.read(R"({"goal": "a", "sol1": "b", "sol2": "c"})"), "\"label\" is missing"));
    BOOST_TEST(fails_with(folder.read(R"({"question": "a", "choices": ["b", ""], "answer": 0})"),
                          "choice is empty"));
    BOOST_TEST(fails_with(folder.read(R"({"question": "a", "choices": {"text": ["b"], "label": ["A", "B"]},
                                          "answerKey": "A"})"),
                          ""));
    BOOST_TEST(fails_with(folder.read(""), "has no question"));
}

BOOST_AUTO_TEST_CASE(mutilated_lines_are_errors_or_questions_and_never_crash) {
    const std::string good =
        R"({"question": "Which?", "choices": {"text": ["a", "b"], "label": ["A", "B"]}, "answerKey": "A"})";
    TaskFolder folder;
    testing::check_property("a mutilated line is refused or has choices", [&] {
        std::string line = good;
        line[*rc::gen::inRange<std::size_t>(0, line.size())] = *rc::gen::arbitrary<char>();
        line.resize(*rc::gen::inRange<std::size_t>(1, line.size() + 1));
        auto task = folder.read(line);
        if (task) RC_ASSERT(task->questions.at(0).choices.size() == 2U);
    });
}

BOOST_AUTO_TEST_SUITE_END()
