#include "quantizer/evaluate/task_file.hpp"

#include <algorithm>
#include <sstream>

#include "golden/support/hash.hpp"

namespace macaw::quantizer {

namespace {

// Errors of a line carry no place; read_task adds it.
tl::unexpected<Error> bad(std::string message, std::string hint = {}) {
    return fail(Error{ErrorKind::BadInput, std::move(message), std::move(hint), {}});
}

template <typename T>
Expected<T> member(const Json& object, const std::string& key) {
    auto value = json_member<T>(object, key, {});
    if (!value) return bad(value.error().message);
    return std::move(*value);
}

// A label that some files write as a number and some as a text.
Expected<std::string> label_of(const Json& line, const std::string& key) {
    if (!line.contains(key))
        return bad(fmt::format("key \"{}\" is missing", key), "a question needs its answer");
    const Json& value = line.at(key);
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_integer()) return value.dump();
    return bad(fmt::format("key \"{}\" is neither a text nor an integer", key));
}

// A label that counts choices from `first`.
Expected<std::size_t> index_label(const Json& line, const std::string& key, std::size_t first,
                                  std::size_t choices) {
    MACAW_TRY(std::string label, label_of(line, key));
    for (std::size_t index = 0; index < choices; ++index)
        if (label == std::to_string(first + index)) return index;
    return bad(fmt::format("{} \"{}\" is none of {}..{}", key, label, first, first + choices - 1));
}

Expected<Question> with_choices(const std::string& context, const std::vector<std::string>& texts,
                                std::size_t answer) {
    if (context.empty()) return bad("the question is empty");
    if (texts.size() < 2) return bad("fewer than two choices");
    Question question;
    question.answer = answer;
    for (const std::string& text : texts) {
        if (text.empty()) return bad("a choice is empty");
        question.choices.push_back({context, " " + text, text.size()});
    }
    return question;
}

std::string as_question(const std::string& text) {
    return "Question: " + text + "\nAnswer:";
}

Expected<Question> arc_question(const Json& line) {
    MACAW_TRY(auto text, member<std::string>(line, "question"));
    MACAW_TRY(auto choices, member<Json>(line, "choices"));
    MACAW_TRY(auto texts, member<std::vector<std::string>>(choices, "text"));
    MACAW_TRY(auto labels, member<std::vector<std::string>>(choices, "label"));
    MACAW_TRY(std::string answer, label_of(line, "answerKey"));
    if (texts.size() != labels.size())
        return bad(fmt::format("{} choices have {} labels", texts.size(), labels.size()));
    auto right = std::ranges::find(labels, answer);
    if (right == labels.end()) return bad(fmt::format("answerKey \"{}\" is no label of a choice", answer));
    return with_choices(as_question(text), texts, static_cast<std::size_t>(right - labels.begin()));
}

bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

std::string stripped(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return std::string(text);
}

// Python's str.capitalize for ASCII letters; others stay as they are.
std::string capitalized(std::string text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        char& c = text[i];
        if (i == 0 && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (i > 0 && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

// Every occurrence, from left to right, without looking at what was put in.
std::string replaced(const std::string& text, const std::string& from, const std::string& to) {
    std::string result;
    std::size_t begin = 0;
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, begin)) {
        result += text.substr(begin, at - begin) + to;
        begin = at + from.size();
    }
    return result + text.substr(begin);
}

// Without "[...]" on one line, the shortest ones.
std::string without_brackets(const std::string& text) {
    std::string result;
    std::size_t begin = 0;
    while (begin < text.size()) {
        std::size_t open = text.find('[', begin);
        std::size_t close = open == std::string::npos ? open : text.find_first_of("]\n", open + 1);
        if (close == std::string::npos) break;
        if (text[close] == ']') {
            result += text.substr(begin, open - begin);
            begin = close + 1;
        } else {
            result += text.substr(begin, open + 1 - begin);
            begin = open + 1;
        }
    }
    return result + text.substr(begin);
}

Expected<Question> hellaswag_question(const Json& line) {
    MACAW_TRY(auto label, member<std::string>(line, "activity_label"));
    MACAW_TRY(auto endings, member<std::vector<std::string>>(line, "endings"));
    std::string context;
    if (line.contains("ctx_a")) {
        MACAW_TRY(auto first, member<std::string>(line, "ctx_a"));
        MACAW_TRY(auto second, member<std::string>(line, "ctx_b"));
        context = first + " " + capitalized(second);
    } else {
        MACAW_TRY(context, member<std::string>(line, "ctx"));
    }
    for (std::string& ending : endings) ending = clean_hellaswag(ending);
    MACAW_TRY(std::size_t answer, index_label(line, "label", 0, endings.size()));
    return with_choices(clean_hellaswag(label + ": " + context), endings, answer);
}

Expected<Question> piqa_question(const Json& line) {
    MACAW_TRY(auto goal, member<std::string>(line, "goal"));
    MACAW_TRY(auto first, member<std::string>(line, "sol1"));
    MACAW_TRY(auto second, member<std::string>(line, "sol2"));
    MACAW_TRY(std::size_t answer, index_label(line, "label", 0, 2));
    return with_choices(as_question(goal), {first, second}, answer);
}

Expected<Question> winogrande_question(const Json& line) {
    MACAW_TRY(auto sentence, member<std::string>(line, "sentence"));
    MACAW_TRY(auto first, member<std::string>(line, "option1"));
    MACAW_TRY(auto second, member<std::string>(line, "option2"));
    Question question;
    MACAW_TRY(question.answer, index_label(line, "answer", 1, 2));
    std::size_t gap = sentence.find('_');
    if (gap == std::string::npos) return bad("the sentence has no \"_\"");
    std::string rest = stripped(std::string_view(sentence).substr(gap + 1));
    if (rest.empty()) return bad("nothing stands behind the \"_\"");
    for (const std::string& option : {first, second}) {
        std::string context = sentence.substr(0, gap) + option;
        if (context.empty()) return bad("the context of an option is empty");
        question.choices.push_back({context, " " + rest, rest.size()});
    }
    return question;
}

Expected<Question> plain_question(const Json& line) {
    MACAW_TRY(auto text, member<std::string>(line, "question"));
    MACAW_TRY(auto choices, member<std::vector<std::string>>(line, "choices"));
    MACAW_TRY(std::size_t answer, index_label(line, "answer", 0, choices.size()));
    return with_choices(text, choices, answer);
}

Expected<Json> parse_line(const std::string& text) {
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) return bad("is not JSON", "a task file has one JSON object a line");
    if (!json.is_object()) return bad("is not a JSON object");
    return json;
}

}  // namespace

std::string to_string(TaskForm form) {
    switch (form) {
        case TaskForm::Arc:
            return "arc";
        case TaskForm::HellaSwag:
            return "hellaswag";
        case TaskForm::Piqa:
            return "piqa";
        case TaskForm::WinoGrande:
            return "winogrande";
        case TaskForm::Plain:
            return "plain";
    }
    throw std::logic_error("to_string: no such task form");
}

std::string clean_hellaswag(std::string_view text) {
    return replaced(without_brackets(replaced(stripped(text), " [title]", ". ")), "  ", " ");
}

Expected<TaskForm> form_of(const Json& line) {
    auto has = [&](std::initializer_list<const char*> keys) {
        return std::ranges::all_of(keys, [&](const char* key) { return line.contains(key); });
    };
    if (has({"question", "choices"}) && line.at("choices").is_object()) return TaskForm::Arc;
    if (has({"activity_label", "endings"})) return TaskForm::HellaSwag;
    if (has({"goal", "sol1", "sol2"})) return TaskForm::Piqa;
    if (has({"sentence", "option1", "option2"})) return TaskForm::WinoGrande;
    if (has({"question", "choices"})) return TaskForm::Plain;
    return bad("has the keys of no known kind of question",
               "ARC, HellaSwag, PIQA, WinoGrande, or {\"question\", \"choices\", \"answer\"}");
}

Expected<Question> read_question(const Json& line, TaskForm form) {
    switch (form) {
        case TaskForm::Arc:
            return arc_question(line);
        case TaskForm::HellaSwag:
            return hellaswag_question(line);
        case TaskForm::Piqa:
            return piqa_question(line);
        case TaskForm::WinoGrande:
            return winogrande_question(line);
        case TaskForm::Plain:
            return plain_question(line);
    }
    throw std::logic_error("read_question: no such task form");
}

Expected<Task> read_task(const std::filesystem::path& file) {
    MACAW_TRY(std::string text, read_text(file));
    Task task;
    task.file = file.filename().string();
    task.sha256 = sha256(text);
    std::istringstream lines(text);
    int number = 0;
    auto read_line = [&](const std::string& line) -> Expected<void> {
        MACAW_TRY(Json json, parse_line(line));
        MACAW_TRY(TaskForm form, form_of(json));
        if (task.questions.empty()) task.form = form;
        if (form != task.form)
            return bad(fmt::format("is a question of form {}, the first one is of form {}", to_string(form),
                                   to_string(task.form)));
        MACAW_TRY(task.questions.emplace_back(), read_question(json, form));
        return {};
    };
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (stripped(line).empty()) continue;
        if (auto read = read_line(line); !read)
            return fail(std::move(read).error().at({file.string(), number, 1}));
    }
    if (task.questions.empty())
        return fail(Error{ErrorKind::BadInput, "has no question", {}, {file.string()}});
    return task;
}

}  // namespace macaw::quantizer
