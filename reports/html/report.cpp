// See report.hpp.
#include "reports/html/report.hpp"

#include <algorithm>
#include <iterator>

#include "reports/html/known_plots.hpp"
#include "reports/html/known_tables.hpp"
#include "reports/html/label.hpp"
#include "reports/html/markup.hpp"
#include "reports/html/page.hpp"
#include "reports/html/provenance.hpp"
#include "reports/html/table_view.hpp"

namespace macaw::reports {
namespace fs = std::filesystem;

namespace {

// A step that lives where the report's own subfolders go would be replaced by them.
Expected<void> check_places(const ReportOptions& options) {
    for (const ReportStep& step : options.steps)
        for (const char* own : {"plots", "tables"})
            if (fs::weakly_canonical(step.folder) == fs::weakly_canonical(options.output / own))
                return fail(
                    Error{ErrorKind::BadInput,
                          "the report keeps its own files in this folder",
                          "write the report into another folder, or name the step's folder differently",
                          {step.folder.string()}});
    return {};
}

Expected<std::vector<DrawnPlot>> draw_all(const PlotSet& plots, const fs::path& folder) {
    std::vector<DrawnPlot> drawn;
    for (const XyPlot& plot : plots.curves) {
        MACAW_TRY(DrawnPlot one, draw(plot, folder));
        drawn.push_back(std::move(one));
    }
    for (const BarPlot& plot : plots.bars) {
        MACAW_TRY(DrawnPlot one, draw(plot, folder));
        drawn.push_back(std::move(one));
    }
    return drawn;
}

// Appends the plots of a table, whose marks lead to the table's origin.
void add_plots(PlotSet of_table, const Trace& trace, PlotSet& all) {
    for (XyPlot& plot : of_table.curves) plot.traces = {trace};
    for (BarPlot& plot : of_table.bars) plot.traces = {trace};
    std::ranges::move(of_table.curves, std::back_inserter(all.curves));
    std::ranges::move(of_table.bars, std::back_inserter(all.bars));
}

Expected<Section> step_section(const LoadedStep& step, const Metrics& all, const fs::path& plots,
                               const fs::path& tables, Provenance& provenance) {
    const Provenance::StepNumber number = provenance.add_step(step.title, step.folder, step.record);
    Section section{
        "step-" + step.id, step.title,
        figures_html(step.metrics, provenance.trace_all(number, step.metrics), FigureDetail::Full)};
    PlotSet wanted;
    std::string tables_html;
    for (const StepTable& table : step.tables) {
        const Trace trace = provenance.trace(number, table_origin(table, step.metrics));
        add_plots(known_plots(step.id, table, all), trace, wanted);
        std::string copy = step.id + "-" + slug(fs::path(table.file).stem().string()) + ".csv";
        std::error_code problem;
        fs::copy_file(table.path, tables / copy, problem);
        if (problem)
            return fail(Error{
                ErrorKind::System, "cannot be copied: " + problem.message(), {}, {table.path.string()}});
        tables_html += table_html(table.table, {table.file, known_caption(table), "tables/" + copy, trace});
    }
    MACAW_TRY(std::vector<DrawnPlot> drawn, draw_all(wanted, plots));
    section.body_html += plots_html(drawn) + tables_html;
    for (const StepText& text : step.texts) section.body_html += text_html(text.file, text.text);
    return section;
}

// Of a figure that several steps give, the first one.
TraceMap trace_steps(const std::vector<LoadedStep>& steps, Provenance& provenance) {
    TraceMap traces;
    for (const LoadedStep& step : steps)
        traces.merge(
            provenance.trace_all(provenance.add_step(step.title, step.folder, step.record), step.metrics));
    return traces;
}

std::string lead_html(const Metrics& metrics, const TraceMap& traces) {
    return verdicts_html(verdicts(metrics), traces) + cards_html(metrics, traces) +
           fmt::format("<p class=\"scope\"><strong>What the integer datapath covers.</strong> {}</p>\n",
                       escape_html(kDatapathScope));
}

}  // namespace

Expected<void> write_figures(const Publication& parts, const Metrics& metrics) {
    Json values = Json::object();
    Json origins = Json::object();
    Table table({"key", "value", "unit", "how"});
    for (const Metric& metric : metrics.all()) {
        values[metric.key] = metric.value;
        origins[metric.key] = metric.how;
        table.add_row({metric.key, metric.value, unit_of(metric.key, Medium::Terminal), metric.how});
    }
    MACAW_CHECK(write_json(parts / "metrics.json", values));
    MACAW_CHECK(write_json(parts / "provenance.json", origins));
    return table.write(parts / "metrics.csv");
}

Expected<void> write_report(const ReportOptions& options) {
    MACAW_CHECK(check_places(options));
    MACAW_TRY(std::vector<LoadedStep> steps, load_steps(options.steps));
    const Metrics all = metrics_of(steps);
    MACAW_TRY(Publication parts, Publication::begin(options.output));
    MACAW_TRY(fs::path plots, parts.make_folder("plots"));
    MACAW_TRY(fs::path tables, parts.make_folder("tables"));

    Provenance provenance;
    Page page{"macaw: " + options.name,
              options.name,
              lead_html(all, trace_steps(steps, provenance)),
              {},
              options.configuration_yaml};
    for (const LoadedStep& step : steps) {
        MACAW_TRY(Section section, step_section(step, all, plots, tables, provenance));
        page.sections.push_back(std::move(section));
    }
    page.sections.push_back({"provenance", "Provenance", provenance.html()});
    MACAW_CHECK(write_figures(parts, all));
    MACAW_CHECK(write_text(parts / "report.html", page_html(page)));
    return parts.publish();
}

}  // namespace macaw::reports
