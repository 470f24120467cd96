// See provenance.hpp.
#include "reports/html/provenance.hpp"

#include "reports/html/label.hpp"
#include "reports/html/markup.hpp"

namespace macaw::reports {

namespace {

std::string plain_text(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string number_cell(const Json& record, const char* member, double scale) {
    if (!record.contains(member) || !record.at(member).is_number()) return "<td></td>";
    double value = record.at(member).get<double>() * scale;
    return fmt::format("<td class=\"number\">{}</td>", escape_html(number_text(value, Medium::Html)));
}

std::string text_cell(const Json& record, const char* member) {
    return fmt::format("<td>{}</td>",
                       record.contains(member) ? escape_html(plain_text(record.at(member))) : "");
}

// One line a step: what it took.
std::string overview_html(const std::vector<LoadedStep>& steps) {
    std::string html =
        "<div class=\"scroll\"><table>\n<thead><tr><th>step</th><th>time (s)</th>"
        "<th>peak memory (MiB)</th><th>macaw</th></tr></thead>\n<tbody>\n";
    for (const LoadedStep& step : steps)
        html += fmt::format("<tr><th scope=\"row\">{}</th>{}{}{}</tr>\n", escape_html(step.title),
                            number_cell(step.record, "seconds", 1),
                            number_cell(step.record, "peak_memory_kib", 1.0 / 1024),
                            text_cell(step.record, "macaw"));
    return html + "</tbody></table></div>\n";
}

// A member of step.json as rows: an object gives one row a member, anything else one row.
std::string member_rows(const std::string& name, const Json& value) {
    if (!value.is_object())
        return fmt::format("<tr><th scope=\"row\">{}</th><td class=\"how\"><code>{}</code></td></tr>\n",
                           escape_html(name), escape_html(plain_text(value)));
    std::string html;
    for (const auto& [key, member] : value.items()) html += member_rows(name + ": " + key, member);
    return html;
}

std::string step_html(const LoadedStep& step) {
    std::string rows;
    for (const auto& [name, value] : step.record.items())
        if (name != "step" && name != "seconds" && name != "peak_memory_kib" && name != "macaw")
            rows += member_rows(name, value);
    return fmt::format(
        "<details><summary>{}</summary><div class=\"scroll\"><table class=\"record\"><tbody>\n{}"
        "</tbody></table></div></details>\n",
        escape_html(step.title), rows);
}

}  // namespace

std::string provenance_html(const std::vector<LoadedStep>& steps) {
    std::string html = overview_html(steps);
    for (const LoadedStep& step : steps) html += step_html(step);
    return html;
}

}  // namespace macaw::reports
