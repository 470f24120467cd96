// See export.hpp.
#include "reports/store/export.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <yaml-cpp/yaml.h>

#include "reports/html/label.hpp"

namespace macaw::reports {

namespace {

constexpr const char* kAccelergyVersion = "0.4";

const char* state_of(const StoredPoint& point) {
    return point.failure.empty() ? "finished" : "failed";
}

bool is_exported(const Metric& metric, ExportScope scope) {
    if (scope == ExportScope::All) return true;
    const std::string unit = unit_of(metric.key, Medium::Terminal);
    return unit != "s" && !unit.ends_with("/s");
}

const Metric* find_metric(const StoredPoint& point, const std::string& key) {
    auto found =
        std::ranges::find_if(point.metrics, [&](const StoredMetric& m) { return m.metric.key == key; });
    return found == point.metrics.end() ? nullptr : &found->metric;
}

// Names in the order in which the points bring them.
class Columns {
  public:
    void add(const std::string& name) {
        if (known_.insert(name).second) names_.push_back(name);
    }
    const std::vector<std::string>& names() const { return names_; }

  private:
    std::vector<std::string> names_;
    std::set<std::string> known_;
};

Json axis_of(const StoredPoint& point, const std::string& name) {
    auto axis = std::ranges::find(point.axes, name, &std::pair<std::string, std::string>::first);
    return axis == point.axes.end() ? "" : axis->second;
}

Json cell(const Json& value) {
    return value.is_null() ? Json("") : value;
}

Json metrics_json(const StoredPoint& point, ExportScope scope) {
    Json metrics = Json::object();
    for (const auto& [metric, step] : point.metrics) {
        if (!is_exported(metric, scope)) continue;
        if (scope == ExportScope::Values)
            metrics[metric.key] = metric.value;
        else
            metrics[metric.key] = {{"value", metric.value},
                                   {"unit", unit_of(metric.key, Medium::Terminal)},
                                   {"how", metric.how},
                                   {"step", step}};
    }
    return metrics;
}

Json point_json(const StoredPoint& point, ExportScope scope) {
    Json row = {{"sweep", point.sweep},
                {"point", point.name},
                {"state", state_of(point)},
                {"scope", point.scope},
                {"settings", Json::object()},
                {"axes", Json::object()},
                {"metrics", metrics_json(point, scope)}};
    for (const Setting& setting : settings())
        row["settings"][std::string(setting.name)] = setting_of(point.config, setting);
    for (const auto& [axis, value] : point.axes) row["axes"][axis] = value;
    if (scope == ExportScope::Values) return row;
    if (!point.failure.empty()) row["failure"] = point.failure;
    row["recorded"] = point.recorded;
    row["config"] = point.config;
    row["steps"] = Json::array();
    for (const StoredStep& step : point.steps)
        row["steps"].push_back({{"name", step.name}, {"folder", step.folder}, {"record", step.record}});
    return row;
}

// Plain decimals: readers of YAML 1.1 take "1e-05" for a text.
std::string decimal(double value) {
    std::string text = fmt::format("{:.9f}", value);
    text.erase(text.find_last_not_of('0') + 1);
    return text.ends_with('.') ? text + "0" : text;
}

// Accelergy gives '.' and '[..]' of a name a meaning.
std::string component_name(const StoredPoint& point) {
    auto safe = [](std::string text) {
        std::ranges::replace_if(
            text, [](unsigned char c) { return std::isalnum(c) == 0 && c != '_' && c != '-'; }, '_');
        return text;
    };
    return (point.sweep.empty() ? "" : safe(point.sweep) + ".") + safe(point.name);
}

std::optional<double> figure(const StoredPoint& point, const char* key) {
    const Metric* metric = find_metric(point, key);
    if (metric == nullptr || !metric->value.is_number()) return std::nullopt;
    return metric->value.get<double>();
}

void begin_tables(YAML::Emitter& yaml, const char* kind) {
    yaml << YAML::BeginMap << YAML::Key << kind << YAML::Value << YAML::BeginMap << YAML::Key << "version"
         << YAML::Value << kAccelergyVersion << YAML::Key << "tables" << YAML::Value << YAML::BeginSeq;
}

std::string end_tables(YAML::Emitter& yaml) {
    yaml << YAML::EndSeq << YAML::EndMap << YAML::EndMap;
    return std::string(yaml.c_str()) + "\n";
}

void add_energy(YAML::Emitter& yaml, const std::string& name, double picojoule) {
    yaml << YAML::BeginMap << YAML::Key << "name" << YAML::Value << name << YAML::Key << "actions"
         << YAML::Value << YAML::BeginSeq << YAML::BeginMap << YAML::Key << "name" << YAML::Value << "compute"
         << YAML::Key << "arguments" << YAML::Value << YAML::LowerNull << YAML::Null << YAML::Key << "energy"
         << YAML::Value << decimal(picojoule) << YAML::EndMap << YAML::EndSeq << YAML::EndMap;
}

}  // namespace

Table results_table(const std::vector<StoredPoint>& points, ExportScope scope) {
    Columns axes;
    Columns keys;
    for (const StoredPoint& point : points) {
        for (const auto& [axis, value] : point.axes) axes.add(axis);
        for (const StoredMetric& stored : point.metrics)
            if (is_exported(stored.metric, scope)) keys.add(stored.metric.key);
    }
    const bool all = scope == ExportScope::All;
    std::vector<std::string> heads = {"sweep", "point", "state"};
    if (all) heads.insert(heads.end(), {"failure", "recorded"});
    for (const Setting& setting : settings()) heads.emplace_back(setting.name);
    for (const std::string& axis : axes.names()) heads.push_back("axis." + axis);
    heads.insert(heads.end(), keys.names().begin(), keys.names().end());
    Table table(heads);
    for (const StoredPoint& point : points) {
        std::vector<Json> cells = {point.sweep, point.name, state_of(point)};
        if (all) cells.insert(cells.end(), {point.failure, point.recorded});
        for (const Setting& setting : settings()) cells.push_back(cell(setting_of(point.config, setting)));
        for (const std::string& axis : axes.names()) cells.push_back(axis_of(point, axis));
        for (const std::string& key : keys.names()) {
            const Metric* metric = find_metric(point, key);
            cells.push_back(metric == nullptr ? Json("") : cell(metric->value));
        }
        table.add_row(std::move(cells));
    }
    return table;
}

Json results_json(const std::vector<StoredPoint>& points, ExportScope scope) {
    Json rows = Json::array();
    for (const StoredPoint& point : points) rows.push_back(point_json(point, scope));
    return {{"points", std::move(rows)}};
}

AccelergyTables accelergy_tables(const std::vector<StoredPoint>& points) {
    AccelergyTables tables;
    YAML::Emitter energies;
    YAML::Emitter areas;
    begin_tables(energies, "ERT");
    begin_tables(areas, "ART");
    for (const StoredPoint& point : points) {
        auto energy = figure(point, "energy__per_mac__pj");
        auto area = figure(point, "synth__area__um2");
        const std::string name = component_name(point);
        if (energy) add_energy(energies, name, *energy);
        if (area)
            areas << YAML::BeginMap << YAML::Key << "name" << YAML::Value << name << YAML::Key << "area"
                  << YAML::Value << decimal(*area) << YAML::EndMap;
        if (!energy && !area) tables.left_out.push_back(name);
    }
    tables.energy = end_tables(energies);
    tables.area = end_tables(areas);
    return tables;
}

}  // namespace macaw::reports
