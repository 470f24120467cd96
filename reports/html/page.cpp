// See page.hpp.
#include "reports/html/page.hpp"

#include <algorithm>
#include <cmath>

#include "embedded/reports_templates.hpp"
#include "reports/html/label.hpp"
#include "reports/html/markup.hpp"

namespace macaw::reports {

namespace {

// A figure and what stands small below it.
std::string card_html(const Metric& metric, const TraceMap& traces, const std::string& note_html) {
    const std::string unit = unit_of(metric.key, Medium::Html);
    std::string value = escape_html(value_text(metric.key, metric.value, Medium::Html));
    if (!unit.empty()) value += fmt::format(" <span class=\"unit\">{}</span>", escape_html(unit));
    std::string html = fmt::format(
        "<div class=\"card\"><div class=\"value\">{}</div><div class=\"label\">{} <span "
        "class=\"nature\">{}</span></div>",
        traced_html(value, traces_of(traces, {metric.key})), escape_html(label_of(metric.key)),
        to_string(nature_of(metric.how)));
    if (!note_html.empty()) html += fmt::format("<div class=\"note\">{}</div>", note_html);
    return html + "</div>\n";
}

// Figures that belong to another one's card instead of having their own.
struct CardNote {
    std::string key;     // of the card
    std::string other;   // the figure in the note
    std::string format;  // with {} for the other figure's value
};
const std::vector<CardNote>& card_notes() {
    static const std::vector<CardNote> notes = {
        {"axe__tiles__constrained__count", "axe__tiles__count", "of {} tiles"},
        {"bound__inner__bits", "datapath__inner__bits", "of {} bits configured"},
        {"bound__outer__bits", "datapath__outer__bits", "of {} bits configured"},
        {"timing__period__min_ns", "timing__fmax__mhz", "{} MHz"}};
    return notes;
}

std::string note_html(const Metrics& metrics, const TraceMap& traces, const std::string& key) {
    for (const CardNote& note : card_notes())
        if (const Metric* other = metrics.find(note.other); note.key == key && other != nullptr)
            return traced_html(escape_html(fmt::format(fmt::runtime(note.format),
                                                       value_text(other->key, other->value, Medium::Html))),
                               traces_of(traces, {note.other}));
    const Metric* base = metrics.find("model__ppl__float");
    const Metric* metric = metrics.find(key);
    bool derived = key == "model__ppl__quantized" || key == "model__ppl__datapath";
    if (!derived || base == nullptr || !base->value.is_number() || !metric->value.is_number()) return {};
    double reference = base->value.get<double>();
    double change = metric->value.get<double>() / reference - 1;
    if (reference <= 0 || !std::isfinite(change)) return {};
    return traced_html(fmt::format("{:+.1f} % against float32", 100 * change),
                       traces_of(traces, {key, base->key}));
}

bool is_only_a_note(const Metrics& metrics, const std::string& key) {
    return std::ranges::any_of(card_notes(), [&](const CardNote& note) {
        return note.other == key && metrics.find(note.key) != nullptr;
    });
}

std::string navigation_html(const std::vector<Section>& sections) {
    std::string html;
    for (const Section& section : sections)
        html += fmt::format("<a href=\"#{}\">{}</a>\n", escape_html(section.id), escape_html(section.title));
    return html;
}

}  // namespace

std::string verdicts_html(const std::vector<Verdict>& verdicts, const TraceMap& traces) {
    std::string html;
    for (const Verdict& verdict : verdicts)
        html += fmt::format("<li class=\"{}\">{}</li>\n", verdict.good ? "good" : "bad",
                            traced_html(escape_html(verdict.text), traces_of(traces, verdict.keys)));
    return html.empty() ? "" : "<ul class=\"verdicts\">\n" + html + "</ul>\n";
}

std::string cards_html(const Metrics& metrics, const TraceMap& traces) {
    std::string html;
    for (const Headline& headline : headlines()) {
        const Metric* metric = metrics.find(headline.key);
        if (metric == nullptr || is_only_a_note(metrics, headline.key)) continue;
        html += card_html(*metric, traces, note_html(metrics, traces, metric->key));
    }
    return html.empty() ? "" : "<div class=\"cards\">\n" + html + "</div>\n";
}

std::string figures_html(const Metrics& metrics, const TraceMap& traces, FigureDetail detail) {
    if (metrics.all().empty()) return {};
    const bool full = detail == FigureDetail::Full;
    std::string html = fmt::format(
        "<div class=\"scroll\"><table class=\"figures{}\">\n"
        "<thead><tr><th>figure</th><th class=\"number\">value</th>{}</tr></thead>\n<tbody>\n",
        full ? " sortable" : "", full ? "<th>how it was obtained</th>" : "");
    for (const Metric& metric : metrics.all()) {
        const std::string unit = unit_of(metric.key, Medium::Html);
        const std::string value =
            value_text(metric.key, metric.value, Medium::Html) + (unit.empty() ? "" : " " + unit);
        html += fmt::format(
            "<tr><th scope=\"row\">{}<br><code>{}</code></th><td class=\"number\"{}>{}</td>",
            escape_html(label_of(metric.key)), escape_html(metric.key),
            full && metric.value.is_number() ? fmt::format(" data-value=\"{}\"", metric.value.dump()) : "",
            traced_html(escape_html(value), traces_of(traces, {metric.key})));
        if (full)
            html += fmt::format("<td class=\"how\"><span class=\"nature\">{}</span> {}</td>",
                                to_string(nature_of(metric.how)), escape_html(metric.how));
        html += "</tr>\n";
    }
    return html + "</tbody></table></div>\n";
}

std::string plots_html(const std::vector<DrawnPlot>& plots) {
    std::string html;
    for (const DrawnPlot& plot : plots)
        html += fmt::format("<figure><h3>{}</h3>\n{}\n<figcaption>{} {}</figcaption></figure>\n",
                            escape_html(plot.title), inline_svg(plot), escape_html(plot.caption),
                            plot.traces.empty() ? "" : traced_html("origin", plot.traces));
    return html.empty() ? "" : "<div class=\"plots\">\n" + html + "</div>\n";
}

std::string text_html(const std::string& name, const std::string& text) {
    return fmt::format("<details class=\"text\"><summary>{}</summary><pre>{}</pre></details>\n",
                       escape_html(name), escape_html(text));
}

std::string page_html(const Page& page) {
    std::vector<Section> sections = page.sections;
    if (!page.configuration_yaml.empty())
        sections.push_back({"configuration", "Configuration",
                            "<pre class=\"scroll\">" + escape_html(page.configuration_yaml) + "</pre>\n"});
    std::string body;
    for (const Section& section : sections)
        body += fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n{}</section>\n", escape_html(section.id),
                            escape_html(section.title), section.body_html);
    return fill_template(embedded::reports_report_html, {{"title", escape_html(page.title)},
                                                         {"style", std::string(embedded::reports_report_css)},
                                                         {"script", std::string(embedded::reports_report_js)},
                                                         {"heading", escape_html(page.heading)},
                                                         {"lead", page.lead_html},
                                                         {"navigation", navigation_html(sections)},
                                                         {"body", body}});
}

}  // namespace macaw::reports
