// See trace_check.hpp. The page is our own well-formed markup, so a tokenizer of tags and texts with a stack
// is enough; it knows void elements and the raw text of <style> and <script>.
#include "testbench/support/reports/trace_check.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "golden/support/error.hpp"

namespace macaw::testing {

namespace {

struct Element {
    std::string tag;
    std::map<std::string, std::string> attributes;

    std::string attribute(const std::string& name) const {
        auto found = attributes.find(name);
        return found == attributes.end() ? "" : found->second;
    }
    bool has_class(const std::string& name) const {
        std::istringstream words(attribute("class"));
        for (std::string word; words >> word;)
            if (word == name) return true;
        return false;
    }
};

using Stack = std::vector<Element>;

// "<tag a="b" c='d' e>" without its brackets.
Element parse_tag(std::string_view text) {
    Element element;
    std::size_t at = text.find_first_of(" \t\n/");
    element.tag = text.substr(0, at);
    while (at != std::string_view::npos &&
           (at = text.find_first_not_of(" \t\n/", at)) != std::string_view::npos) {
        const std::size_t end = std::min(text.find_first_of("= \t\n", at), text.size());
        const std::string name(text.substr(at, end - at));
        const std::size_t equals = text.find_first_not_of(" \t\n", end);  // gnuplot writes fill = 'x'
        if (equals == std::string_view::npos || text[equals] != '=') {
            element.attributes[name] = "";
            at = end;
            continue;
        }
        const std::size_t open = text.find_first_not_of(" \t\n", equals + 1);
        const char quote = text.at(open);
        require(quote == '"' || quote == '\'', "trace_check: an attribute without quotes");
        const std::size_t close = text.find(quote, open + 1);
        require(close != std::string_view::npos, "trace_check: an attribute that does not end");
        element.attributes[name] = text.substr(open + 1, close - open - 1);
        at = close + 1;
    }
    return element;
}

// Calls open(stack) for each element, with the element on top, and text(stack, text) for each text.
template <typename Open, typename Text>
void walk(std::string_view page, const Open& open, const Text& text) {
    static const std::set<std::string> voids = {"meta", "br", "link", "input", "img", "hr"};
    Stack stack;
    for (std::size_t at = page.find("<html"); at < page.size();) {
        if (page[at] != '<') {
            const std::size_t end = std::min(page.find('<', at), page.size());
            text(stack, page.substr(at, end - at));
            at = end;
            continue;
        }
        if (page.substr(at).starts_with("<!--")) {
            at = page.find("-->", at) + 3;
            continue;
        }
        const std::size_t end = page.find('>', at);
        require(end != std::string_view::npos, "trace_check: a tag that does not end");
        const std::string_view inside = page.substr(at + 1, end - at - 1);
        at = end + 1;
        if (inside.starts_with("/")) {
            require(!stack.empty() && stack.back().tag == inside.substr(1), "trace_check: crossed tags");
            stack.pop_back();
            continue;
        }
        stack.push_back(parse_tag(inside));
        open(stack);
        const std::string tag = stack.back().tag;
        if (voids.contains(tag) || inside.ends_with("/")) stack.pop_back();
        if (tag == "style" || tag == "script") {
            at = page.find("</" + tag, at);
            require(at != std::string_view::npos, "trace_check: a script that does not end");
        }
    }
    require(stack.empty(), "trace_check: an element that does not end");
}

// The entries of the provenance section, by id, with all the text of their line and of their step's record.
struct Entries {
    std::map<std::string, std::string> lines;     // t1 -> text
    std::map<std::string, std::string> steps_of;  // t1 -> s1
    std::map<std::string, std::string> steps;     // s1 -> text of the step

    bool explain(const std::string& id) const {
        const bool is_step = steps.contains(id);
        const std::string step = is_step ? id : steps_of.contains(id) ? steps_of.at(id) : "";
        if (step.empty() || !steps.contains(step)) return false;
        if (!is_step && lines.at(id).size() < 12) return false;  // "measured" and nothing else
        return step == "s0" || steps.at(step).find("command") != std::string::npos;
    }
};

Entries entries_of(std::string_view page) {
    Entries entries;
    auto place = [](const Stack& stack) {
        std::pair<std::string, std::string> ids;  // step, line
        for (const Element& element : stack) {
            if (element.tag == "details" && element.has_class("step")) ids.first = element.attribute("id");
            if (element.tag == "li" && !ids.first.empty()) ids.second = element.attribute("id");
        }
        return ids;
    };
    walk(
        page,
        [&](const Stack& stack) {
            const auto [step, line] = place(stack);
            if (!step.empty()) entries.steps[step];
            if (!line.empty()) entries.steps_of[line] = step;
        },
        [&](const Stack& stack, std::string_view text) {
            const auto [step, line] = place(stack);
            if (!step.empty()) entries.steps[step] += text;
            if (!line.empty()) entries.lines[line] += text;
        });
    return entries;
}

// What kind of figure a text at this place would be, if any.
std::optional<std::string> kind_of(const Stack& stack) {
    std::optional<std::string> kind;
    for (const Element& element : stack) {
        if (element.has_class("record") || element.has_class("how") || element.has_class("label") ||
            element.tag == "th")
            return std::nullopt;
        if (element.has_class("card")) kind = "card";
        if (element.tag == "td") kind = "cell";
    }
    for (std::size_t i = 1; i < stack.size(); ++i)
        if (stack[i].tag == "li" && stack[i - 1].has_class("verdicts")) kind = "verdict";
    return kind;
}

bool is_traced(const Stack& stack, const Entries& entries) {
    for (auto element = stack.rbegin(); element != stack.rend(); ++element) {
        std::string ids = element->attribute("data-trace");
        if (ids.empty() && element->attribute("href").starts_with("#"))
            ids = element->attribute("href").substr(1);
        if (ids.empty()) continue;
        std::istringstream words(ids);
        for (std::string id; words >> id;)
            if (!entries.explain(id)) return false;
        return true;
    }
    return false;
}

}  // namespace

TraceReport check_traces(std::string_view page) {
    const Entries entries = entries_of(page);
    TraceReport report;
    auto look_at = [&](const Stack& stack, const std::string& what) {
        ++report.figures;
        if (!is_traced(stack, entries) && report.untraced.size() < 20) report.untraced.push_back(what);
    };
    std::size_t drawings = 0;
    std::set<std::size_t> with_marks;
    walk(
        page,
        [&](const Stack& stack) {
            if (stack.back().tag == "svg") ++drawings;
            if (!stack.back().has_class("hit")) return;
            with_marks.insert(drawings);
            look_at(stack, "plot: " + stack.back().attribute("aria-label"));
        },
        [&](const Stack& stack, std::string_view text) {
            if (text.find_first_of("0123456789") == std::string_view::npos) return;
            if (auto kind = kind_of(stack)) look_at(stack, *kind + ": " + std::string(text));
        });
    if (with_marks.size() != drawings) report.untraced.push_back("a plot without marks");
    return report;
}

}  // namespace macaw::testing
