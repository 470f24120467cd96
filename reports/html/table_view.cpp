// See table_view.hpp.
#include "reports/html/table_view.hpp"

#include <algorithm>

#include "reports/html/label.hpp"
#include "reports/html/markup.hpp"

namespace macaw::reports {

namespace {

constexpr std::size_t kOpenRows = 12;     // tables up to this length are shown unfolded
constexpr std::size_t kWideColumns = 12;  // from here on print gets smaller letters

std::string cell_html(const std::string& text, const std::vector<Trace>& traces) {
    std::optional<double> number = parse_number(text);
    if (!number) return fmt::format("<td>{}</td>", traced_html(escape_html(text), traces));
    const bool integer = text.find_first_not_of("-0123456789") == std::string::npos;
    const std::string shown = integer ? integer_text(text, Medium::Html) : number_text(*number, Medium::Html);
    const std::string exact = shown == text ? "" : fmt::format(" data-value=\"{}\"", escape_html(text));
    return fmt::format("<td class=\"number\"{}>{}</td>", exact, traced_html(escape_html(shown), traces));
}

std::string head_html(const Table& table, const TableView& view) {
    std::string html;
    for (std::size_t column = 0; column < table.columns().size(); ++column) {
        const std::string& name = table.columns()[column];
        if (view.headings.empty() || view.headings[column].text == name)
            html += fmt::format("<th>{}</th>", escape_html(name));
        else
            html += fmt::format("<th title=\"{}\">{}</th>", escape_html(name),
                                escape_html(view.headings[column].text));
    }
    return html;
}

std::string row_html(const std::vector<std::string>& cells, std::size_t row, const TableView& view) {
    std::string html = "<tr>";
    for (std::size_t column = 0; column < cells.size(); ++column) {
        const std::string link = column == 0 && view.row_link ? view.row_link(row) : "";
        if (!link.empty())
            html +=
                fmt::format("<td><a href=\"{}\">{}</a></td>", escape_html(link), escape_html(cells[column]));
        else if (cells[column].empty())
            html += "<td></td>";
        else
            html += cell_html(cells[column],
                              view.cell_traces ? view.cell_traces(row, column) : std::vector<Trace>{});
    }
    return html + "</tr>\n";
}

}  // namespace

std::string table_html(const Table& table, const TableView& view) {
    const std::size_t rows = table.rows().size();
    std::string html =
        fmt::format("<details class=\"table\"{}><summary>{} <span class=\"note\">{} {}</span></summary>\n",
                    view.open || rows <= kOpenRows ? " open" : "", escape_html(view.name), rows,
                    rows == 1 ? "row" : "rows");
    html += fmt::format("<p class=\"note\">{}{}<a href=\"{}\">CSV</a>, {}</p>\n", escape_html(view.caption),
                        view.caption.empty() ? "" : " ", escape_html(view.link),
                        traced_html("origin", {view.trace}));
    html += fmt::format("<div class=\"scroll\"><table class=\"sortable{}\" data-trace=\"{}\">\n",
                        table.columns().size() > kWideColumns ? " wide" : "", view.trace.id);
    html += "<thead><tr>" + head_html(table, view) + "</tr></thead>\n<tbody>\n";
    for (std::size_t row = 0; row < std::min(rows, view.most_rows); ++row)
        html += row_html(table.rows()[row], row, view);
    html += "</tbody></table></div>\n";
    if (rows > view.most_rows)
        html +=
            fmt::format("<p class=\"note\">The first {} of {} rows; all of them are in the CSV file.</p>\n",
                        view.most_rows, rows);
    return html + "</details>\n";
}

}  // namespace macaw::reports
