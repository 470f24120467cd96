#include "reports/tables/point_quality.hpp"

#include <algorithm>
#include <optional>

#include "reports/html/label.hpp"
#include "reports/html/summary.hpp"

namespace macaw::reports {

namespace {

// How a figure is written for a reader.
enum class Display { Number, Percent, Millions, Word };

struct Column {
    std::string name;     // in CSV and JSON
    std::string heading;  // for readers; empty: not shown to them
    std::string key;      // of the metric; empty: computed (certified, failure)
    Display display = Display::Number;
};

const std::vector<Column>& columns() {
    static const std::vector<Column> table = {
        {"perplexity", "perplexity", "model__ppl__datapath"},
        {"perplexity_standard_error", "+-", "model__standard_error__datapath__ppl"},
        {"validation_perplexity", "validation", kValidationPerplexity},
        {"validation_standard_error", "+-", kValidationError},
        {"float_perplexity", "", "model__ppl__float"},
        {"inner_bits", "P_I", "datapath__inner__bits"},
        {"outer_bits", "P_O", "datapath__outer__bits"},
        {"needed_inner_bits", "needs P_I", "bound__inner__bits"},
        {"needed_outer_bits", "needs P_O", "bound__outer__bits"},
        {"certified", "certified", "", Display::Word},
        {"inner_headroom", "headroom", "bound__inner__headroom__ratio", Display::Percent},
        {"outer_headroom", "", "bound__outer__headroom__ratio", Display::Percent},
        {"tiles", "", "bound__tiles__count"},
        {"tiles_constrained", "constrained", kConstrainedShare, Display::Percent},
        {"tiles_unsafe", "", "bound__tiles_unsafe__count"},
        {"sparsity", "sparsity", "bound__codes__zero__ratio", Display::Percent},
        {"bops_per_token", "MBOps/token", "cost__bops_per_token__count", Display::Millions},
        {"inner_overflow_rate", "overflow", "model__overflow__inner_tiles__ratio"},
        {"outer_overflow_rate", "overflow P_O", "model__overflow__outer_outputs__ratio"},
        {"failure", "", "", Display::Word}};
    return table;
}

std::optional<double> number_of(const SweepPoint& point, const std::string& key) {
    const Metric* metric = point.metrics.find(key);
    if (metric == nullptr || !metric->value.is_number()) return std::nullopt;
    return metric->value.get<double>();
}

// The exact value; null where the point has none.
Json value_of(const SweepPoint& point, const Column& column) {
    if (column.name == "failure") return point.failure.empty() ? Json() : Json(point.failure);
    if (column.name == "certified") {
        bool known = number_of(point, "bound__inner__bits") && number_of(point, "datapath__inner__bits");
        return known ? Json(is_certified(point) ? "yes" : "no") : Json();
    }
    const Metric* metric = point.metrics.find(column.key);
    return metric == nullptr ? Json() : metric->value;
}

std::string shown_value(const Json& value, Display display) {
    if (value.is_null()) return "-";
    if (value.is_string()) return value.get<std::string>();
    double number = value.get<double>();
    switch (display) {
        case Display::Percent:
            return number < 0 ? "none" : fmt::format("{:.1f} %", 100 * number);
        case Display::Millions:
            return fmt::format("{:.1f}", number / 1e6);
        case Display::Word:
        case Display::Number:
            break;
    }
    return number_text(number, Medium::Terminal);
}

// Headings and cells as a reader sees them; the first `words` columns are texts, the others numbers.
struct Readable {
    std::vector<std::string> headings;
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> failures;  // one a row; empty where the point is finished
    std::size_t words = 0;
};

// "error: model.layers.0: no" becomes "model.layers.0: no": the first line, without what is said anyway.
std::string short_failure(const std::string& failure) {
    std::string line = failure.substr(0, failure.find('\n'));
    return line.starts_with("error: ") ? line.substr(7) : line;
}

bool is_axis(const std::vector<SweepPoint>& points, const std::string& name) {
    return std::ranges::any_of(points.front().axes, [&](const auto& axis) { return axis.first == name; });
}

// Columns that any point has.
std::vector<Column> present_columns(const std::vector<SweepPoint>& points) {
    std::vector<Column> present;
    for (const Column& column : columns())
        if (std::ranges::any_of(points, [&](const SweepPoint& p) { return !value_of(p, column).is_null(); }))
            present.push_back(column);
    return present;
}

Readable readable(const std::vector<SweepPoint>& points) {
    Readable table;
    if (points.empty()) return table;
    for (const auto& [name, value] : points.front().axes) table.headings.push_back(name);
    table.words = table.headings.size();
    auto all_zero = [&](const Column& column) {
        return std::ranges::all_of(points, [&](const SweepPoint& p) {
            return value_of(p, column).is_null() || value_of(p, column) == 0;
        });
    };
    std::vector<Column> shown;
    for (const Column& column : present_columns(points)) {
        if (column.heading.empty() || is_axis(points, column.name)) continue;
        if (column.name == "outer_overflow_rate" && all_zero(column)) continue;
        shown.push_back(column);
    }
    for (const Column& column : shown) table.headings.push_back(column.heading);
    for (const SweepPoint& point : points) {
        auto& row = table.rows.emplace_back();
        for (const auto& [name, value] : point.axes) row.push_back(value);
        for (const Column& column : shown)
            row.push_back(shown_value(value_of(point, column), column.display));
        table.failures.push_back(short_failure(point.failure));
    }
    return table;
}

}  // namespace

Metrics cost_metrics(const golden::QuantizedModel& model) {
    double operations = 0;
    std::int64_t zeros = 0;
    std::int64_t codes = 0;
    auto product = static_cast<double>(model.datapath.weight_bits.bits()) *
                   static_cast<double>(model.datapath.activation_bits.bits());
    for (const golden::QuantizedLayer& layer : model.layers) {
        auto all = static_cast<std::int64_t>(layer.codes.size());
        std::int64_t zero = std::ranges::count(layer.codes, golden::WeightCode{0});
        operations += static_cast<double>(all) * product +
                      static_cast<double>(all - zero) * model.datapath.inner_bits.bits();
        zeros += zero;
        codes += all;
    }
    Metrics metrics;
    metrics.add("bound__codes__zero__ratio", static_cast<double>(zeros) / static_cast<double>(codes),
                fmt::format("sparsity: zeros among the {} stored codes", codes));
    metrics.add(
        "cost__bops_per_token__count", operations,
        fmt::format("modelled: arXiv 2409.17092 Eq. 5, K (M N + (1 - sparsity) P) over the rows of {} "
                    "layers, {}, P = P_I, N of the port",
                    model.layers.size(), to_string(model.datapath)));
    return metrics;
}

bool is_certified(const SweepPoint& point) {
    auto fits = [&](const char* needed, const char* configured) {
        auto bits = number_of(point, needed);
        auto width = number_of(point, configured);
        return bits && width && *bits <= *width;
    };
    return fits("bound__inner__bits", "datapath__inner__bits") &&
           fits("bound__outer__bits", "datapath__outer__bits");
}

Table quality_table(const std::vector<SweepPoint>& points) {
    std::vector<std::string> heads = {"point"};
    if (points.empty()) return Table(heads);
    for (const auto& [name, value] : points.front().axes) heads.push_back(name);
    std::vector<Column> present;
    for (const Column& column : present_columns(points))
        if (!is_axis(points, column.name)) present.push_back(column);
    for (const Column& column : present) heads.push_back(column.name);
    Table table(heads);
    for (const SweepPoint& point : points) {
        std::vector<Json> cells = {point.name};
        for (const auto& [name, value] : point.axes) cells.push_back(value);
        for (const Column& column : present) {
            Json value = value_of(point, column);
            cells.push_back(value.is_null() ? Json("") : value);
        }
        table.add_row(std::move(cells));
    }
    return table;
}

std::vector<std::vector<std::string>> quality_table_keys(const std::vector<SweepPoint>& points) {
    std::vector<std::vector<std::string>> keys(1);
    if (points.empty()) return keys;
    keys.resize(1 + points.front().axes.size());
    for (const Column& column : present_columns(points)) {
        if (is_axis(points, column.name)) continue;
        if (column.name == "certified")
            keys.push_back({"bound__inner__bits", "datapath__inner__bits", "bound__outer__bits",
                            "datapath__outer__bits"});
        else
            keys.push_back(column.key.empty() ? std::vector<std::string>{}
                                              : std::vector<std::string>{column.key});
    }
    return keys;
}

Json quality_json(const std::vector<SweepPoint>& points) {
    Json rows = Json::array();
    for (const SweepPoint& point : points) {
        Json row = {{"point", point.name}};
        for (const auto& [name, value] : point.axes) {
            auto number = parse_number(value);
            row[name] = number ? Json::parse(value, nullptr, false) : Json(value);
            if (row[name].is_discarded()) row[name] = *number;
        }
        for (const Column& column : columns())
            if (Json value = value_of(point, column); !value.is_null() && !row.contains(column.name))
                row[column.name] = value;
        rows.push_back(std::move(row));
    }
    return rows;
}

std::string quality_text(const std::vector<SweepPoint>& points) {
    Readable table = readable(points);
    std::vector<std::size_t> widths;
    for (std::size_t column = 0; column < table.headings.size(); ++column) {
        widths.push_back(table.headings[column].size());
        for (const auto& row : table.rows) widths[column] = std::max(widths[column], row[column].size());
    }
    auto line_of = [&](const std::vector<std::string>& cells) {
        std::string line;
        for (std::size_t column = 0; column < cells.size(); ++column)
            line += column < table.words ? fmt::format("  {:<{}}", cells[column], widths[column])
                                         : fmt::format("  {:>{}}", cells[column], widths[column]);
        return line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    };
    std::string text = line_of(table.headings);
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        text += line_of(table.rows[row]);
        if (!table.failures[row].empty()) text += "      failed: " + table.failures[row] + "\n";
    }
    for (const std::string& note : quality_notes(points)) text += "  " + note + "\n";
    return text;
}

std::string quality_markdown(const std::string& title, const std::vector<SweepPoint>& points) {
    Readable table = readable(points);
    auto line_of = [](const std::vector<std::string>& cells) {
        std::string line = "|";
        for (const std::string& cell : cells) {
            line += " ";
            for (char c : cell) line += c == '|' ? std::string("\\|") : std::string(1, c);
            line += " |";
        }
        return line + "\n";
    };
    std::string text = "## " + title + "\n\n" + line_of(table.headings) + "|";
    for (std::size_t column = 0; column < table.headings.size(); ++column)
        text += column < table.words ? "---|" : "--:|";
    text += "\n";
    for (const auto& row : table.rows) text += line_of(row);
    text += "\n";
    for (std::size_t row = 0; row < table.rows.size(); ++row)
        if (!table.failures[row].empty())
            text += fmt::format("- {}: failed: {}\n", points[row].name, table.failures[row]);
    for (const std::string& note : quality_notes(points)) text += "- " + note + "\n";
    return text;
}

std::vector<std::string> quality_notes(const std::vector<SweepPoint>& points) {
    std::vector<std::string> notes;
    for (const SweepPoint& point : points) {
        const Metric* metric = point.metrics.find("model__ppl__float");
        if (metric == nullptr) continue;
        std::string note = fmt::format(
            "float32: {} ({})", number_text(metric->value.get<double>(), Medium::Terminal), metric->how);
        if (std::ranges::find(notes, note) == notes.end()) notes.push_back(note);
    }
    notes.emplace_back(kDatapathScope);
    notes.emplace_back(
        "certified: no input can overflow P_I or P_O, by integer arithmetic on the codes; headroom: part of "
        "the "
        "accumulator that no input reaches.");
    notes.emplace_back(
        "constrained: tiles whose weights or codes the constraint changed; overflow: share of the evaluated "
        "tile "
        "sums that left P_I bits (outputs that left P_O).");
    notes.emplace_back(
        "BOps: arXiv 2409.17092 Eq. 5 with P = P_I and N of the port (layers may use fewer codes), all "
        "linear layers, one token.");
    return notes;
}

}  // namespace macaw::reports
