// See sweep_sections.hpp.
#include "reports/html/sweep_sections.hpp"

#include <algorithm>
#include <iterator>

#include "reports/html/label.hpp"
#include "reports/html/markup.hpp"
#include "reports/html/provenance.hpp"
#include "reports/html/sweep_axes.hpp"
#include "reports/html/sweep_plots.hpp"
#include "reports/html/table_view.hpp"
#include "reports/tables/frontier.hpp"
#include "reports/tables/point_quality.hpp"

namespace macaw::reports {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostRows = 5000;      // of a table of points: a filter wants all of them
constexpr std::size_t kMostModuleBars = 24;  // points whose modules are drawn

// A set of points and where their figures lead.
struct TracedPoints {
    const std::vector<SweepPoint>& points;
    std::vector<TraceMap> traces;  // one a point
    Trace configuration;           // of the values on the axes
};

Expected<TraceMap> trace_point(const SweepPoint& point, Provenance& provenance) {
    std::map<std::string, Provenance::StepNumber> steps;
    for (const PointStep& step : point.steps) {
        const std::string folder = step.folder.filename().string();
        MACAW_TRY(steps[step.name],
                  provenance.add_step(folder.starts_with(step.name) ? folder : step.name + ", " + folder,
                                      step.folder));
    }
    TraceMap traces;
    for (const Metric& metric : point.metrics.all()) {
        auto name = point.metric_steps.find(metric.key);
        auto step = name == point.metric_steps.end() ? steps.end() : steps.find(name->second);
        traces.emplace(metric.key, provenance.trace(step == steps.end() ? Provenance::kNoStep : step->second,
                                                    metric.how));
    }
    return traces;
}

Expected<TracedPoints> trace_points(const std::vector<SweepPoint>& points, Provenance& provenance) {
    TracedPoints traced{points, {}, {}};
    for (const SweepPoint& point : points) {
        MACAW_TRY(traced.traces.emplace_back(), trace_point(point, provenance));
    }
    traced.configuration =
        provenance.trace(Provenance::kNoStep, "configured: the axes of the sweep, see Configuration");
    return traced;
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

// A table of points as it is written and as it is shown.
struct PointsTable {
    Table table;
    std::vector<Heading> headings;
    std::vector<std::vector<std::string>> keys;  // of each column
    std::vector<std::size_t> rows;               // index of the point of each row
};

// One row a point. A figure that a point does not have is an empty cell.
PointsTable points_table(const std::vector<SweepPoint>& points, const std::vector<std::size_t>& rows,
                         const std::vector<std::string>& keys) {
    const bool failed = std::ranges::any_of(rows, [&](std::size_t i) { return !points[i].failure.empty(); });
    std::vector<Heading> headings = {{"point", "point"}};
    std::vector<std::vector<std::string>> column_keys = {{}};
    for (const auto& [axis, value] : points.front().axes) {
        headings.push_back({axis, short_axis(axis)});
        column_keys.emplace_back();
    }
    for (const std::string& key : keys) {
        const std::string unit = unit_of(key, Medium::Html);
        headings.push_back({key, label_of(key) + (unit.empty() ? "" : " (" + unit + ")")});
        column_keys.push_back({key});
    }
    if (failed) headings.push_back({"failure", "failure"});
    column_keys.resize(headings.size());
    std::vector<std::string> names;
    for (const Heading& heading : headings) names.push_back(heading.name);
    Table table(names);
    for (std::size_t i : rows) {
        std::vector<Json> cells = {points[i].name};
        for (const auto& [axis, value] : points[i].axes) cells.push_back(value);
        for (const std::string& key : keys) {
            const Metric* metric = points[i].metrics.find(key);
            cells.push_back(metric == nullptr ? Json("") : metric->value);
        }
        if (failed) cells.push_back(points[i].failure);
        table.add_row(std::move(cells));
    }
    return {std::move(table), std::move(headings), std::move(column_keys), rows};
}

std::vector<std::size_t> all_rows(const std::vector<SweepPoint>& points) {
    std::vector<std::size_t> rows(points.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i;
    return rows;
}

// The path of a point's own report from the page, or nothing.
std::string point_link(const fs::path& output, const SweepPoint& point) {
    const fs::path page = fs::path(kPointsFolder) / point.name / "report.html";
    return fs::exists(output / page) ? page.generic_string() : "";
}

std::string shown_html(const PointsTable& shown, const TracedPoints& traced, const fs::path& output,
                       const std::string& name, const std::string& caption) {
    TableView view{name, caption, name, traced.configuration, shown.headings};
    view.open = true;
    view.most_rows = kMostRows;
    view.cell_traces = [&](std::size_t row, std::size_t column) {
        return traces_of(traced.traces[shown.rows[row]], shown.keys[column]);
    };
    view.row_link = [&](std::size_t row) { return point_link(output, traced.points[shown.rows[row]]); };
    return table_html(shown.table, view);
}

// One set of points as CSV, JSON and Markdown files, and as part of the page.
Expected<std::string> quality_part(const SweepReportOptions& options, const Publication& parts,
                                   const std::string& name, const std::string& title,
                                   const TracedPoints& traced) {
    PointsTable shown{
        quality_table(traced.points), {}, quality_table_keys(traced.points), all_rows(traced.points)};
    shown.keys.resize(shown.table.columns().size());
    MACAW_CHECK(shown.table.write(parts / (name + ".csv")));
    MACAW_CHECK(write_json(parts / (name + ".json"), quality_json(traced.points)));
    MACAW_CHECK(write_text(parts / (name + ".md"), quality_markdown(title, traced.points)));
    return shown_html(shown, traced, options.output, name + ".csv", title);
}

std::string notes_html(const std::vector<SweepPoint>& points) {
    std::string html;
    for (const std::string& note : quality_notes(points))
        html += fmt::format("<li>{}</li>\n", escape_html(note));
    return "<ul class=\"note\">\n" + html + "</ul>\n";
}

template <typename Plot>
Expected<std::string> drawn_html(const std::vector<Plot>& plots, const fs::path& folder) {
    std::vector<DrawnPlot> drawn;
    for (const Plot& plot : plots) {
        MACAW_TRY(drawn.emplace_back(), draw(plot, folder));
    }
    return plots_html(drawn);
}

Expected<std::vector<Section>> quality_sections(const SweepReportOptions& options, const Publication& parts,
                                                const TracedPoints& traced, const std::string& plots_html,
                                                Provenance& provenance) {
    const std::string title = options.title.empty() ? options.name : options.title;
    std::vector<Section> sections;
    MACAW_TRY(std::string points, quality_part(options, parts, "sweep", title, traced));
    sections.push_back({"points", "Quality", plots_html + points + notes_html(options.points)});
    if (options.candidates.empty()) return sections;
    MACAW_TRY(TracedPoints of_candidates, trace_points(options.candidates, provenance));
    MACAW_TRY(std::string candidates,
              quality_part(options, parts, "candidates", title + ": candidates", of_candidates));
    sections.push_back({"candidates", "Candidates, judged by the validation text", candidates});
    return sections;
}

Expected<std::string> frontier_html(const SweepReportOptions& options, const Publication& parts,
                                    const TracedPoints& traced, const Frontier& frontier) {
    std::string objectives;
    for (const std::string& key : frontier.keys)
        objectives += (objectives.empty() ? "" : ", ") + label_of(key);
    std::string caption = fmt::format(
        "The Pareto-optimal points in {}: no other point is at most as large in all of these and smaller in "
        "one.",
        objectives);
    if (frontier.left_out > 0)
        caption += fmt::format(" {} of {} points lack one of these figures and are left out.",
                               frontier.left_out, options.points.size());
    const PointsTable shown = points_table(options.points, frontier.points, frontier.keys);
    MACAW_CHECK(shown.table.write(parts / "frontier.csv"));
    return shown_html(shown, traced, options.output, "frontier.csv", caption);
}

// The frontier's points where all are too many for a drawing, from its one end to the other.
std::vector<std::size_t> drawn_modules(const SweepReportOptions& options, const Frontier& frontier) {
    if (options.points.size() <= kMostModuleBars) return all_rows(options.points);
    if (frontier.points.size() <= kMostModuleBars) return frontier.points;
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < kMostModuleBars; ++i)
        chosen.push_back(frontier.points[i * (frontier.points.size() - 1) / (kMostModuleBars - 1)]);
    return chosen;
}

Expected<std::vector<Section>> silicon_sections(const SweepReportOptions& options, const Publication& parts,
                                                const fs::path& plots, const TracedPoints& traced,
                                                const std::string& width_html, Provenance& provenance) {
    const PointsTable shown = points_table(options.points, all_rows(options.points), columns_of(options));
    MACAW_CHECK(shown.table.write(parts / "sweep.csv"));
    std::vector<Section> sections = {
        {"points", "Design points", width_html + shown_html(shown, traced, options.output, "sweep.csv", "")}};
    const Frontier frontier = frontier_of(options.points);
    if (!frontier.points.empty()) {
        MACAW_TRY(std::string drawn, drawn_html(frontier_plots(options.points, traced.traces), plots));
        MACAW_TRY(std::string table, frontier_html(options, parts, traced, frontier));
        sections.push_back({"frontier", "Frontier of quality and cost", drawn + table});
    }
    const auto chosen = drawn_modules(options, frontier);
    MACAW_TRY(auto bars, module_plots(options.points, chosen, provenance));
    MACAW_TRY(std::string drawn, drawn_html(bars, plots));
    if (!bars.empty())
        sections.push_back(
            {"modules", "Area and power by module",
             drawn +
                 (chosen.size() < options.points.size()
                      ? fmt::format(
                            "<p class=\"note\">Drawn: {} of the {} points on the frontier; {} in all.</p>\n",
                            chosen.size(), frontier.points.size(), options.points.size())
                      : "")});
    return sections;
}

// Every figure of every point, folded.
Section detail_section(const SweepReportOptions& options, const TracedPoints& traced) {
    Section section{"details", "Figures of each point", {}};
    for (std::size_t i = 0; i < traced.points.size(); ++i) {
        const SweepPoint& point = traced.points[i];
        std::string axes;
        for (const auto& [axis, value] : point.axes)
            axes += fmt::format("{}{} = {}", axes.empty() ? "" : ", ", short_axis(axis), value);
        std::string html =
            fmt::format("<details class=\"point\"><summary>{} <span class=\"note\">{}</span></summary>\n",
                        escape_html(point.name), escape_html(axes));
        if (std::string link = point_link(options.output, point); !link.empty())
            html += fmt::format("<p class=\"note\"><a href=\"{}\">Report of this point</a></p>\n",
                                escape_html(link));
        if (!point.failure.empty()) html += verdicts_html({{false, point.failure}}, {});
        html += verdicts_html(verdicts(point.metrics), traced.traces[i]) +
                figures_html(point.metrics, traced.traces[i], FigureDetail::Brief) + "</details>\n";
        section.body_html += html;
    }
    return section;
}

}  // namespace

Expected<std::vector<Section>> sweep_sections(const SweepReportOptions& options, const Publication& parts,
                                              const fs::path& plots) {
    Provenance provenance;
    MACAW_TRY(TracedPoints traced, trace_points(options.points, provenance));
    MACAW_TRY(std::string width_html, drawn_html(width_plots(options.points, traced.traces), plots));
    std::vector<Section> sections;
    if (options.kind == SweepKind::Quality) {
        MACAW_TRY(sections, quality_sections(options, parts, traced, width_html, provenance));
    } else {
        MACAW_TRY(sections, silicon_sections(options, parts, plots, traced, width_html, provenance));
    }
    sections.push_back(detail_section(options, traced));
    sections.push_back({"provenance", "Provenance", provenance.html()});
    return sections;
}

}  // namespace macaw::reports
