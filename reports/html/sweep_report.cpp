// See sweep_report.hpp.
#include "reports/html/sweep_report.hpp"

#include <algorithm>
#include <map>

#include "reports/html/label.hpp"
#include "reports/html/markup.hpp"
#include "reports/html/page.hpp"
#include "reports/html/publish.hpp"
#include "reports/html/report.hpp"
#include "reports/html/sweep_sections.hpp"

namespace macaw::reports {
namespace fs = std::filesystem;

namespace {

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

std::string lead_html(const SweepReportOptions& options) {
    std::string html;
    std::vector<Verdict> failed;
    for (const SweepPoint& point : options.points)
        if (!point.failure.empty()) failed.push_back({false, point.name + ": " + point.failure});
    html += verdicts_html(failed, {});
    html += fmt::format("<p>{} design points, {} finished.</p>\n", options.points.size(),
                        options.points.size() - failed.size());
    return html +
           fmt::format("<p class=\"scope\"><strong>What the integer datapath covers.</strong> {}</p>\n",
                       escape_html(kDatapathScope));
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
    Page page{"macaw: " + options.name, options.name, lead_html(options), {}, options.configuration_yaml};
    MACAW_TRY(page.sections, sweep_sections(options, parts, plots));
    MACAW_CHECK(write_figures(parts, all));
    MACAW_CHECK(write_text(parts / "report.html", page_html(page)));
    return parts.publish();
}

}  // namespace macaw::reports
