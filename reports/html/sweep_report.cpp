// See sweep_report.hpp.
#include "reports/html/sweep_report.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "reports/html/label.hpp"
#include "reports/html/markup.hpp"
#include "reports/html/page.hpp"
#include "reports/html/publish.hpp"
#include "reports/html/report.hpp"
#include "reports/tables/point_quality.hpp"

namespace macaw::reports {
namespace fs = std::filesystem;

namespace {

// Figures that are drawn against the axis, where any point has them.
const std::vector<std::string>& drawn_keys() {
    static const std::vector<std::string> keys = {"synth__area__um2", "timing__period__min_ns",
                                                  "power__total__mw", "energy__per_mac__pj",
                                                  "model__ppl__datapath"};
    return keys;
}

Expected<void> check_points(const SweepReportOptions& options) {
    if (options.points.empty())
        return fail(ErrorKind::BadInput, "the sweep \"{}\" has no point", options.name);
    auto names = [](const SweepPoint& point) {
        std::vector<std::string> axes;
        for (const auto& [axis, value] : point.axes) axes.push_back(axis);
        return axes;
    };
    for (const SweepPoint& point : options.points)
        if (names(point) != names(options.points.front()))
            return fail(ErrorKind::BadInput, "sweep \"{}\": point {} has other axes than point {}",
                        options.name, point.name, options.points.front().name);
    return {};
}

std::vector<std::string> columns_of(const SweepReportOptions& options) {
    if (!options.columns.empty()) return options.columns;
    std::vector<std::string> keys;
    for (const Headline& headline : headlines())
        if (std::ranges::any_of(options.points, [&](const SweepPoint& point) {
                return point.metrics.find(headline.key) != nullptr;
            }))
            keys.push_back(headline.key);
    return keys;
}

bool any_failed(const SweepReportOptions& options) {
    return std::ranges::any_of(options.points,
                               [](const SweepPoint& point) { return !point.failure.empty(); });
}

// One row a point. A figure that a point does not have is an empty cell.
Table sweep_table(const SweepReportOptions& options) {
    std::vector<std::string> heads = {"point"};
    for (const auto& [axis, value] : options.points.front().axes) heads.push_back(axis);
    const std::vector<std::string> keys = columns_of(options);
    heads.insert(heads.end(), keys.begin(), keys.end());
    if (any_failed(options)) heads.push_back("failure");
    Table table(heads);
    for (const SweepPoint& point : options.points) {
        std::vector<Json> cells = {point.name};
        for (const auto& [axis, value] : point.axes) cells.push_back(value);
        for (const std::string& key : keys) {
            const Metric* metric = point.metrics.find(key);
            cells.push_back(metric == nullptr ? Json("") : metric->value);
        }
        if (any_failed(options)) cells.push_back(point.failure);
        table.add_row(std::move(cells));
    }
    return table;
}

// One set of points as CSV, JSON and Markdown files, and as part of the page.
Expected<std::string> quality_part(const Publication& parts, const std::string& name,
                                   const std::string& title, const std::vector<SweepPoint>& points) {
    const Table table = quality_table(points);
    MACAW_CHECK(table.write(parts / (name + ".csv")));
    MACAW_CHECK(write_json(parts / (name + ".json"), quality_json(points)));
    MACAW_CHECK(write_text(parts / (name + ".md"), quality_markdown(title, points)));
    return table_html(table, name + ".csv", title, name + ".csv");
}

std::string notes_html(const std::vector<SweepPoint>& points) {
    std::string html;
    for (const std::string& note : quality_notes(points))
        html += fmt::format("<li>{}</li>\n", escape_html(note));
    return "<ul class=\"note\">\n" + html + "</ul>\n";
}

Expected<std::vector<Section>> quality_sections(const Publication& parts, const SweepReportOptions& options,
                                                const std::vector<DrawnPlot>& drawn) {
    const std::string title = options.title.empty() ? options.name : options.title;
    std::vector<Section> sections;
    MACAW_TRY(std::string points, quality_part(parts, "sweep", title, options.points));
    sections.push_back({"points", "Quality", plots_html(drawn) + points + notes_html(options.points)});
    if (options.candidates.empty()) return sections;
    MACAW_TRY(std::string candidates,
              quality_part(parts, "candidates", title + ": candidates", options.candidates));
    sections.push_back({"candidates", "Candidates, judged by the validation text", candidates});
    return sections;
}

Expected<std::vector<Section>> silicon_sections(const Publication& parts, const SweepReportOptions& options,
                                                const std::vector<DrawnPlot>& drawn) {
    const Table table = sweep_table(options);
    MACAW_CHECK(table.write(parts / "sweep.csv"));
    return std::vector<Section>{
        {"points", "Design points", plots_html(drawn) + table_html(table, "sweep.csv", "", "sweep.csv")}};
}

// All metrics of all points under their swept keys.
Expected<Metrics> swept_metrics(const SweepReportOptions& options) {
    Metrics all;
    for (const SweepPoint& point : options.points) {
        std::string words;
        for (const auto& [axis, value] : point.axes)
            words += (words.empty() ? "" : "__") + axis_word(axis, value);
        for (const Metric& metric : point.metrics.all()) {
            std::string key = swept_key(metric.key, words);
            if (all.find(key) != nullptr)
                return fail(ErrorKind::BadInput, "sweep \"{}\": two points give the metric {}", options.name,
                            key);
            all.add(key, metric.value, metric.how);
        }
    }
    return all;
}

// Index of the axis whose values are all numbers, or none: of inner_bits if that is one, else of the first.
std::optional<std::size_t> numeric_axis(const SweepReportOptions& options) {
    std::optional<std::size_t> first;
    for (std::size_t axis = 0; axis < options.points.front().axes.size(); ++axis) {
        if (!std::ranges::all_of(options.points, [&](const SweepPoint& point) {
                return parse_number(point.axes[axis].second).has_value();
            }))
            continue;
        if (options.points.front().axes[axis].first == "inner_bits") return axis;
        if (!first) first = axis;
    }
    return first;
}

// The values of all other axes: each combination is a curve.
std::string curve_name(const SweepPoint& point, std::size_t axis) {
    std::string name;
    for (std::size_t i = 0; i < point.axes.size(); ++i)
        if (i != axis)
            name +=
                fmt::format("{}{} = {}", name.empty() ? "" : ", ", point.axes[i].first, point.axes[i].second);
    return name;
}

XyPlot sweep_plot(const SweepReportOptions& options, std::size_t axis, const std::string& key) {
    const std::string unit = unit_of(key, Medium::Html);
    XyPlot plot;
    plot.name = "sweep_" + key;
    plot.title = label_of(key);
    plot.x_label = options.points.front().axes[axis].first;
    plot.y_label = label_of(key) + (unit.empty() ? "" : " (" + unit + ")");
    std::map<std::string, std::vector<std::pair<double, double>>> curves;
    std::size_t left_out = 0;
    for (const SweepPoint& point : options.points) {
        const Metric* metric = point.metrics.find(key);
        if (metric == nullptr || !metric->value.is_number())
            ++left_out;
        else
            curves[curve_name(point, axis)].emplace_back(*parse_number(point.axes[axis].second),
                                                         metric->value.get<double>());
    }
    for (auto& [name, points] : curves) {
        std::ranges::sort(points);
        plot.series.push_back({name, Mark::LinesAndPoints, points});
    }
    double least = 1e300;
    double most = -1e300;
    for (const Series& series : plot.series)
        for (auto [x, y] : series.points) {
            least = std::min(least, y);
            most = std::max(most, y);
        }
    plot.logarithmic_y = least > 0 && most / least > 30;
    if (left_out > 0)
        plot.caption = fmt::format("{} of {} points have no such figure.", left_out, options.points.size());
    return plot;
}

constexpr std::size_t kMostCurves = 20;

Expected<std::vector<DrawnPlot>> draw_sweep(const SweepReportOptions& options, const fs::path& folder) {
    std::vector<DrawnPlot> drawn;
    auto axis = numeric_axis(options);
    if (!axis) return drawn;
    for (const std::string& key : drawn_keys()) {
        XyPlot plot = sweep_plot(options, *axis, key);
        // More curves than a reader can tell apart: the table says it better.
        if (!has_data(plot) || plot.series.size() > kMostCurves) continue;
        MACAW_TRY(DrawnPlot one, draw(plot, folder));
        drawn.push_back(std::move(one));
    }
    return drawn;
}

std::string lead_html(const SweepReportOptions& options) {
    std::string html;
    std::vector<Verdict> failed;
    for (const SweepPoint& point : options.points)
        if (!point.failure.empty()) failed.push_back({false, point.name + ": " + point.failure});
    html += verdicts_html(failed);
    html += fmt::format("<p>{} design points, {} finished.</p>\n", options.points.size(),
                        options.points.size() - failed.size());
    return html +
           fmt::format("<p class=\"scope\"><strong>What the integer datapath covers.</strong> {}</p>\n",
                       escape_html(kDatapathScope));
}

// Every figure of every point, folded.
Section detail_section(const std::vector<SweepPoint>& points) {
    Section section{"details", "Figures of each point", {}};
    for (const SweepPoint& point : points) {
        std::string axes;
        for (const auto& [axis, value] : point.axes)
            axes += fmt::format("{}{} = {}", axes.empty() ? "" : ", ", axis, value);
        section.body_html += fmt::format("<details><summary>{} <span class=\"note\">{}</span></summary>\n",
                                         escape_html(point.name), escape_html(axes));
        if (!point.failure.empty()) section.body_html += verdicts_html({{false, point.failure}});
        section.body_html +=
            verdicts_html(verdicts(point.metrics)) + figures_html(point.metrics) + "</details>\n";
    }
    return section;
}

}  // namespace

std::string axis_word(const std::string& axis, const std::string& value) {
    static const std::map<std::string, std::string> letters = {
        {"inner_bits", "p"},  {"outer_bits", "po"},     {"tile", "t"}, {"lanes", "l"},
        {"weight_bits", "w"}, {"activation_bits", "a"}, {"rows", "r"}, {"columns", "c"}};
    std::string last = axis.substr(axis.rfind('.') + 1);
    auto letter = letters.find(last);
    std::string word = letter != letters.end() ? letter->second : slug(last);
    std::string safe = slug(value);
    bool digits = safe.find_first_not_of("0123456789") == std::string::npos;
    return digits ? word + safe : word + "_" + safe;
}

std::string swept_key(const std::string& key, const std::string& words) {
    if (words.empty()) return key;
    std::size_t bar = key.rfind("__");
    if (bar == std::string::npos) return key + "__" + words;
    return key.substr(0, bar) + "__" + words + key.substr(bar);
}

std::string sweep_summary_text(const SweepReportOptions& options) {
    // The figures that fit on a terminal's line; the others are in sweep.csv.
    static const std::vector<std::pair<std::string, std::string>> figures = {
        {"bound__inner__bits", "needs P_I"}, {"model__ppl__datapath", "perplexity"},
        {"synth__area__um2", "area um2"},    {"timing__period__min_ns", "period ns"},
        {"power__total__mw", "power mW"},    {"energy__per_mac__pj", "pJ per MAC"}};
    std::vector<std::vector<std::string>> lines(1, {"point"});
    for (const auto& [key, head] : figures) lines[0].push_back(head);
    for (const SweepPoint& point : options.points) {
        lines.push_back({point.name});
        for (const auto& [key, head] : figures) {
            const Metric* metric = point.metrics.find(key);
            lines.back().push_back(metric == nullptr ? "-"
                                                     : value_text(key, metric->value, Medium::Terminal));
        }
    }
    std::vector<std::size_t> widths(lines[0].size());
    for (const auto& line : lines)
        for (std::size_t column = 0; column < line.size(); ++column)
            widths[column] = std::max(widths[column], line[column].size());
    std::string text;
    for (std::size_t row = 0; row < lines.size(); ++row) {
        text += fmt::format("  {:<{}}", lines[row][0], widths[0]);
        for (std::size_t column = 1; column < widths.size(); ++column)
            text += fmt::format("  {:>{}}", lines[row][column], widths[column]);
        if (row > 0 && !options.points[row - 1].failure.empty())
            text += "  " + options.points[row - 1].failure;
        text += "\n";
    }
    bool has_perplexity = std::ranges::any_of(options.points, [](const SweepPoint& point) {
        return point.metrics.find("model__ppl__datapath") != nullptr;
    });
    if (has_perplexity) text += std::string(kDatapathScopeLines);
    return text;
}

Expected<void> write_sweep_report(const SweepReportOptions& options) {
    MACAW_CHECK(check_points(options));
    MACAW_TRY(Metrics all, swept_metrics(options));
    MACAW_TRY(Publication parts, Publication::begin(options.output));
    MACAW_TRY(fs::path plots, parts.make_folder("plots"));
    MACAW_TRY(std::vector<DrawnPlot> drawn, draw_sweep(options, plots));
    Page page{"macaw: " + options.name, options.name, lead_html(options), {}, options.configuration_yaml};
    MACAW_TRY(page.sections, options.kind == SweepKind::Quality ? quality_sections(parts, options, drawn)
                                                                : silicon_sections(parts, options, drawn));
    page.sections.push_back(detail_section(options.points));
    MACAW_CHECK(write_figures(parts, all));
    MACAW_CHECK(write_text(parts / "report.html", page_html(page)));
    return parts.publish();
}

}  // namespace macaw::reports
