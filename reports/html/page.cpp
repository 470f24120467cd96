// See page.hpp.
#include "reports/html/page.hpp"

#include <algorithm>
#include <cmath>

#include "embedded/reports_templates.hpp"
#include "reports/html/label.hpp"
#include "reports/html/markup.hpp"

namespace macaw::reports {

namespace {

constexpr std::size_t kOpenRows = 12;  // tables up to this length are shown unfolded

// A figure and what stands small below it.
std::string card_html(const Metric& metric, const std::string& value, const std::string& note) {
    std::string unit = unit_of(metric.key, Medium::Html);
    std::string html = fmt::format("<div class=\"card\" title=\"{}\"><div class=\"value\">{}",
                                   escape_html(metric.how), escape_html(value));
    if (!unit.empty()) html += fmt::format(" <span class=\"unit\">{}</span>", escape_html(unit));
    html += fmt::format("</div><div class=\"label\">{}</div>", escape_html(label_of(metric.key)));
    if (!note.empty()) html += fmt::format("<div class=\"note\">{}</div>", escape_html(note));
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

std::string note_of(const Metrics& metrics, const std::string& key) {
    for (const CardNote& note : card_notes())
        if (const Metric* other = metrics.find(note.other); note.key == key && other != nullptr)
            return fmt::format(fmt::runtime(note.format), value_text(other->key, other->value, Medium::Html));
    const Metric* base = metrics.find("model__ppl__float");
    const Metric* metric = metrics.find(key);
    bool derived = key == "model__ppl__quantized" || key == "model__ppl__datapath";
    if (!derived || base == nullptr || !base->value.is_number() || !metric->value.is_number()) return {};
    double reference = base->value.get<double>();
    double change = metric->value.get<double>() / reference - 1;
    return reference > 0 && std::isfinite(change) ? fmt::format("{:+.1f} % against float32", 100 * change)
                                                  : "";
}

bool is_only_a_note(const Metrics& metrics, const std::string& key) {
    return std::ranges::any_of(card_notes(), [&](const CardNote& note) {
        return note.other == key && metrics.find(note.key) != nullptr;
    });
}

std::string cell_html(const std::string& text) {
    std::optional<double> number = parse_number(text);
    if (!number) return fmt::format("<td>{}</td>", escape_html(text));
    bool integer = text.find_first_not_of("-0123456789") == std::string::npos;
    std::string shown = integer ? integer_text(text, Medium::Html) : number_text(*number, Medium::Html);
    if (shown == text) return fmt::format("<td class=\"number\">{}</td>", escape_html(text));
    return fmt::format("<td class=\"number\" data-value=\"{0}\" title=\"{0}\">{1}</td>", escape_html(text),
                       escape_html(shown));
}

std::string navigation_html(const std::vector<Section>& sections) {
    std::string html;
    for (const Section& section : sections)
        html += fmt::format("<a href=\"#{}\">{}</a>\n", escape_html(section.id), escape_html(section.title));
    return html;
}

}  // namespace

std::string verdicts_html(const std::vector<Verdict>& verdicts) {
    std::string html;
    for (const Verdict& verdict : verdicts)
        html += fmt::format("<li class=\"{}\">{}</li>\n", verdict.good ? "good" : "bad",
                            escape_html(verdict.text));
    return html.empty() ? "" : "<ul class=\"verdicts\">\n" + html + "</ul>\n";
}

std::string cards_html(const Metrics& metrics) {
    std::string html;
    for (const Headline& headline : headlines()) {
        const Metric* metric = metrics.find(headline.key);
        if (metric == nullptr || is_only_a_note(metrics, headline.key)) continue;
        html += card_html(*metric, value_text(metric->key, metric->value, Medium::Html),
                          note_of(metrics, metric->key));
    }
    return html.empty() ? "" : "<div class=\"cards\">\n" + html + "</div>\n";
}

std::string figures_html(const Metrics& metrics) {
    if (metrics.all().empty()) return {};
    std::string html =
        "<div class=\"scroll\"><table class=\"figures\">\n"
        "<thead><tr><th>figure</th><th class=\"number\">value</th><th>how it was obtained</th></tr>"
        "</thead>\n<tbody>\n";
    for (const Metric& metric : metrics.all()) {
        std::string unit = unit_of(metric.key, Medium::Html);
        html += fmt::format(
            "<tr><th scope=\"row\">{}<br><code>{}</code></th><td class=\"number\">{}{}</td><td "
            "class=\"how\">{}</td>"
            "</tr>\n",
            escape_html(label_of(metric.key)), escape_html(metric.key),
            escape_html(value_text(metric.key, metric.value, Medium::Html)),
            escape_html(unit.empty() ? "" : " " + unit), escape_html(metric.how));
    }
    return html + "</tbody></table></div>\n";
}

std::string table_html(const Table& table, const std::string& name, const std::string& caption,
                       const std::string& link) {
    std::size_t rows = table.rows().size();
    std::string html =
        fmt::format("<details class=\"table\"{}><summary>{} <span class=\"note\">{} {}</span></summary>\n",
                    rows <= kOpenRows ? " open" : "", escape_html(name), rows, rows == 1 ? "row" : "rows");
    html += fmt::format("<p class=\"note\">{}{}<a href=\"{}\">CSV</a></p>\n", escape_html(caption),
                        caption.empty() ? "" : " ", escape_html(link));
    html += "<div class=\"scroll\"><table class=\"sortable\">\n<thead><tr>";
    for (const std::string& column : table.columns()) html += fmt::format("<th>{}</th>", escape_html(column));
    html += "</tr></thead>\n<tbody>\n";
    for (std::size_t row = 0; row < std::min(rows, kShownRows); ++row) {
        html += "<tr>";
        for (const std::string& cell : table.rows()[row]) html += cell_html(cell);
        html += "</tr>\n";
    }
    html += "</tbody></table></div>\n";
    if (rows > kShownRows)
        html +=
            fmt::format("<p class=\"note\">The first {} of {} rows; all of them are in the CSV file.</p>\n",
                        kShownRows, rows);
    return html + "</details>\n";
}

std::string plots_html(const std::vector<DrawnPlot>& plots) {
    std::string html;
    for (const DrawnPlot& plot : plots)
        html += fmt::format("<figure><h3>{}</h3>\n{}\n<figcaption>{}</figcaption></figure>\n",
                            escape_html(plot.title), inline_svg(plot), escape_html(plot.caption));
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
