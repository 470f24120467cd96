// See comparison.hpp.
#include "reports/compare/comparison.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/html/label.hpp"

namespace macaw::reports {

namespace {

Change change_of(const Metric& before, const Metric& after) {
    Change change{before.key, before.value, after.value, {}, {}};
    if (!before.value.is_number() || !after.value.is_number()) return change;
    const double from = before.value.get<double>();
    const double delta = after.value.get<double>() - from;
    change.delta = delta;
    if (from != 0) change.delta_percent = 100 * delta / std::abs(from);
    return change;
}

const Metrics* find_point(const Side& side, const std::string& name) {
    auto found = std::ranges::find(side.points, name, &std::pair<std::string, Metrics>::first);
    return found == side.points.end() ? nullptr : &found->second;
}

using Row = std::array<std::string, 6>;

// "+1 234", "-0.5", "0"
std::string signed_text(double value) {
    return (value > 0 ? "+" : "") + number_text(value, Medium::Terminal);
}

// As it is, also for ratios: beside a column of percent, a figure in percent would be misread.
std::string plain_value(const Json& value) {
    if (value.is_number_float()) return number_text(value.get<double>(), Medium::Terminal);
    return value_text({}, value, Medium::Terminal);
}

// Figures that differ in a digit that is not shown are written in full.
std::pair<std::string, std::string> value_texts(const Change& change) {
    std::pair<std::string, std::string> texts{plain_value(change.before), plain_value(change.after)};
    bool hidden = texts.first == texts.second && !change.equal() && change.delta;
    if (hidden) return {change.before.dump(), change.after.dump()};
    return texts;
}

Row row_of(const Change& change) {
    auto [before, after] = value_texts(change);
    std::string delta = change.delta ? signed_text(*change.delta) : change.equal() ? "equal" : "differs";
    std::string percent = change.delta_percent ? signed_text(*change.delta_percent) : "-";
    return {change.key, unit_of(change.key, Medium::Terminal), before, after, delta, percent};
}

std::string table_text(const std::vector<Row>& rows) {
    std::array<std::size_t, 6> widths{};
    for (const Row& row : rows)
        for (std::size_t column = 0; column < row.size(); ++column)
            widths[column] = std::max(widths[column], row[column].size());
    std::string text;
    for (const Row& row : rows) {
        std::string line;
        for (std::size_t column = 0; column < row.size(); ++column)
            line += column < 2 ? fmt::format("  {:<{}}", row[column], widths[column])
                               : fmt::format("  {:>{}}", row[column], widths[column]);
        text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
    return text;
}

std::string list_text(const char* heading, const std::vector<std::string>& names) {
    if (names.empty()) return {};
    std::string text = fmt::format("  {}:\n", heading);
    for (const std::string& name : names) text += "    " + name + "\n";
    return text;
}

std::string failed_text(const char* heading, const std::vector<std::pair<std::string, std::string>>& failed) {
    std::vector<std::string> lines;
    for (const auto& [name, reason] : failed) lines.push_back(fmt::format("{}: {}", name, reason));
    return list_text(heading, lines);
}

Json failed_json(const std::vector<std::pair<std::string, std::string>>& failed) {
    Json json = Json::object();
    for (const auto& [name, reason] : failed) json[name] = reason;
    return json;
}

std::string point_text(const Comparison& point) {
    std::string text = point.point.empty() ? "" : point.point + "\n";
    std::vector<Row> rows = {{"metric", "unit", "before", "after", "delta", "delta %"}};
    for (const Change& change : point.changes) rows.push_back(row_of(change));
    auto equal = std::ranges::count_if(point.changes, &Change::equal);
    text += table_text(rows);
    text += fmt::format("  {} of {} figures are equal\n", equal, point.changes.size());
    return text + list_text("only before", point.only_before) + list_text("only after", point.only_after);
}

Json optional_json(const std::optional<double>& value) {
    return value ? Json(*value) : Json();
}

Json point_json(const Comparison& point) {
    Json metrics = Json::array();
    for (const Change& change : point.changes)
        metrics.push_back({{"key", change.key},
                           {"unit", unit_of(change.key, Medium::Terminal)},
                           {"before", change.before},
                           {"after", change.after},
                           {"delta", optional_json(change.delta)},
                           {"delta_percent", optional_json(change.delta_percent)}});
    return {{"point", point.point},
            {"metrics", metrics},
            {"only_before", point.only_before},
            {"only_after", point.only_after}};
}

}  // namespace

Comparison compare(std::string point, const Metrics& before, const Metrics& after) {
    Comparison comparison{std::move(point), {}, {}, {}};
    for (const Metric& metric : before.all()) {
        if (const Metric* other = after.find(metric.key))
            comparison.changes.push_back(change_of(metric, *other));
        else
            comparison.only_before.push_back(metric.key);
    }
    for (const Metric& metric : after.all())
        if (before.find(metric.key) == nullptr) comparison.only_after.push_back(metric.key);
    return comparison;
}

Expected<SideComparison> compare(const Side& before, const Side& after) {
    SideComparison result{before.label, after.label, {}, {}, {}, before.failed, after.failed};
    if (before.named && after.named) {
        result.points.push_back(compare("", before.points[0].second, after.points[0].second));
        return result;
    }
    for (const auto& [name, metrics] : before.points) {
        if (const Metrics* other = find_point(after, name))
            result.points.push_back(compare(name, metrics, *other));
        else
            result.only_before.push_back(name);
    }
    for (const auto& [name, metrics] : after.points)
        if (find_point(before, name) == nullptr) result.only_after.push_back(name);
    if (result.points.empty())
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("{} and {} have no point in common", before.label, after.label),
                          "name one point on either side: FOLDER:[SWEEP/]POINT",
                          {}});
    return result;
}

std::string comparison_text(const SideComparison& comparison) {
    std::string text = fmt::format("before: {}\nafter:  {}\n", comparison.before, comparison.after);
    for (const Comparison& point : comparison.points) text += "\n" + point_text(point);
    return text + list_text("points only before", comparison.only_before) +
           list_text("points only after", comparison.only_after) +
           failed_text("failed before", comparison.failed_before) +
           failed_text("failed after", comparison.failed_after);
}

Json comparison_json(const SideComparison& comparison) {
    Json points = Json::array();
    for (const Comparison& point : comparison.points) points.push_back(point_json(point));
    return {{"before", comparison.before},
            {"after", comparison.after},
            {"points", points},
            {"points_only_before", comparison.only_before},
            {"points_only_after", comparison.only_after},
            {"failed_before", failed_json(comparison.failed_before)},
            {"failed_after", failed_json(comparison.failed_after)}};
}

}  // namespace macaw::reports
