// See provenance.hpp. The script of the page shows an entry (an <li> with its step around it) when a reader
// points at a figure, so the classes "step", "how" and "record" are known to report.js.
#include "reports/html/provenance.hpp"

#include "reports/html/label.hpp"
#include "reports/html/markup.hpp"

namespace macaw::reports {
namespace fs = std::filesystem;

namespace {

std::string plain_text(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string number_cell(const Json& record, const char* member, double scale, const Trace& trace) {
    if (!record.contains(member) || !record.at(member).is_number()) return "<td></td>";
    const double value = record.at(member).get<double>() * scale;
    return fmt::format("<td class=\"number\" data-value=\"{}\">{}</td>", value,
                       traced_html(escape_html(number_text(value, Medium::Html)), {trace}));
}

std::string text_cell(const Json& record, const char* member, const Trace& trace) {
    if (!record.contains(member)) return "<td></td>";
    return fmt::format("<td>{}</td>", traced_html(escape_html(plain_text(record.at(member))), {trace}));
}

// A member of step.json as rows: an object gives one row a member, anything else one row.
std::string member_rows(const std::string& name, const Json& value) {
    if (!value.is_object())
        return fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", escape_html(name),
                           escape_html(plain_text(value)));
    std::string html;
    for (const auto& [key, member] : value.items())
        html += member_rows(fmt::format("{}: {}", name, key), member);
    return html;
}

}  // namespace

std::string Provenance::step_id(StepNumber step) {
    return fmt::format("s{}", step);
}

Provenance::StepNumber Provenance::add_step(const std::string& title, const fs::path& folder,
                                            const Json& record) {
    auto [place, is_new] = numbers_.emplace(folder.lexically_normal(), steps_.size());
    if (is_new) steps_.push_back({title, record, {}, {}});
    return place->second;
}

Expected<Provenance::StepNumber> Provenance::add_step(const std::string& title, const fs::path& folder) {
    if (auto known = numbers_.find(folder.lexically_normal()); known != numbers_.end()) return known->second;
    MACAW_TRY(Json record, read_json(folder / "step.json"));
    return add_step(title, folder, record);
}

Trace Provenance::trace(StepNumber step, const std::string& how) {
    Step& of = steps_.at(step);
    auto [place, is_new] = of.how_numbers.emplace(how, of.hows.size());
    if (is_new) of.hows.push_back({fmt::format("t{}", ++hows_), how});
    return {of.hows[place->second].id, nature_of(how)};
}

TraceMap Provenance::trace_all(StepNumber step, const Metrics& metrics) {
    TraceMap map;
    for (const Metric& metric : metrics.all()) map.emplace(metric.key, trace(step, metric.how));
    return map;
}

Trace Provenance::step_trace(StepNumber step) const {
    return {step_id(step), Nature::Measured};
}

// One line a step: what it took.
std::string Provenance::overview_html() const {
    std::string rows;
    for (StepNumber number = 1; number < steps_.size(); ++number) {
        const Json& record = steps_[number].record;
        const Trace trace = step_trace(number);
        rows += fmt::format("<tr><th scope=\"row\"><a href=\"#{}\">{}</a></th>{}{}{}</tr>\n", trace.id,
                            escape_html(steps_[number].title), number_cell(record, "seconds", 1, trace),
                            number_cell(record, "peak_memory_kib", 1.0 / 1024, trace),
                            text_cell(record, "macaw", trace));
    }
    if (rows.empty()) return {};
    return "<div class=\"scroll\"><table class=\"sortable\">\n<thead><tr><th>step</th><th>time (s)</th>"
           "<th>peak memory (MiB)</th><th>macaw</th></tr></thead>\n<tbody>\n" +
           rows + "</tbody></table></div>\n";
}

std::string Provenance::step_html(StepNumber number) const {
    const Step& step = steps_[number];
    if (number == kNoStep && step.hows.empty()) return {};
    std::string rows;
    for (const auto& [name, value] : step.record.items())
        if (name != "step" && name != "seconds" && name != "peak_memory_kib")
            rows += member_rows(name, value);
    std::string hows;
    for (const How& how : step.hows)
        hows += fmt::format("<li id=\"{}\"><span class=\"nature\">{}</span> {}</li>\n", how.id,
                            to_string(nature_of(how.text)), escape_html(how.text));
    return fmt::format(
        "<details class=\"step\" id=\"{}\"><summary>{}</summary>\n{}<ul class=\"hows\">\n{}</ul></details>\n",
        step_id(number), escape_html(step.title),
        rows.empty()
            ? ""
            : "<div class=\"scroll\"><table class=\"record\"><tbody>\n" + rows + "</tbody></table></div>\n",
        hows);
}

std::string Provenance::html() const {
    std::string html =
        "<p class=\"note\">Every figure of this page leads to its line here. Measured: counted, computed or "
        "timed on the thing itself by the tools that are named. Modelled: an estimate, marked ≈ wherever it "
        "stands. Configured: a setting.</p>\n" +
        overview_html();
    for (StepNumber number = 0; number < steps_.size(); ++number) html += step_html(number);
    return html;
}

}  // namespace macaw::reports
