// Stacked bars of area and power by module across points, see sweep_plots.hpp.
#include <algorithm>
#include <map>

#include "golden/support/csv.hpp"
#include "reports/html/known_tables.hpp"
#include "reports/html/label.hpp"
#include "reports/html/sweep_plots.hpp"

namespace macaw::reports {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostParts = 5;  // the largest modules; the others together are one part more

struct ModuleTable {
    const char* file;
    const char* column;
    const char* title;
    const char* value_label;
};
constexpr ModuleTable kTables[] = {
    {"area_by_module.csv", "total_area_um2", "Area by module, of each point", "area (µm²)"},
    {"power_by_module.csv", "total_mw", "Power by module, of each point", "power (mW)"}};

struct PointModules {
    std::string point;
    std::map<std::string, double> values;  // by module
    Trace trace;
};

std::optional<std::size_t> column_of(const Table& table, const std::string& name) {
    auto found = std::ranges::find(table.columns(), name);
    if (found == table.columns().end()) return std::nullopt;
    return static_cast<std::size_t>(found - table.columns().begin());
}

// Values by module; empty for a table without these columns. A row that sums up the others is no module.
std::map<std::string, double> values_of(const Table& table, const std::string& column) {
    std::map<std::string, double> values;
    const auto module = column_of(table, "module");
    const auto value = column_of(table, column);
    if (!module || !value) return values;
    for (const auto& row : table.rows())
        if (auto number = parse_number(row[*value]); number && *number >= 0 && row[*module] != "total")
            values[row[*module]] += *number;
    return values;
}

Expected<std::optional<PointModules>> read_point(const SweepPoint& point, const ModuleTable& wanted,
                                                 Provenance& provenance) {
    for (const PointStep& step : point.steps) {
        const fs::path file = step.folder / wanted.file;
        if (!fs::exists(file)) continue;
        MACAW_TRY(Table table, Table::read(file));
        MACAW_TRY(Metrics metrics, Metrics::read(step.folder / "metrics.json"));
        MACAW_TRY(auto number, provenance.add_step(step.name, step.folder));
        auto values = values_of(table, wanted.column);
        if (values.empty()) continue;
        return PointModules{point.name, std::move(values),
                            provenance.trace(number, table_origin({wanted.file, file, table}, metrics))};
    }
    return std::nullopt;
}

// All modules of the points, that with the largest sum first.
std::vector<std::string> modules_by_size(const std::vector<PointModules>& points) {
    std::map<std::string, double> sums;
    for (const PointModules& point : points)
        for (const auto& [module, value] : point.values) sums[module] += value;
    std::vector<std::string> modules;
    for (const auto& [module, sum] : sums) modules.push_back(module);
    std::ranges::stable_sort(modules, std::greater<>(), [&](const std::string& m) { return sums[m]; });
    return modules;
}

BarPlot bars_of(const ModuleTable& wanted, const std::vector<PointModules>& points) {
    BarPlot plot{"modules_" + std::string(wanted.column),
                 wanted.title,
                 "Of all instances of a module, without its submodules; the largest modules.",
                 wanted.value_label,
                 {},
                 {}};
    plot.parts = modules_by_size(points);
    const bool has_others = plot.parts.size() > kMostParts;
    if (has_others) plot.parts.resize(kMostParts);
    for (const PointModules& point : points) {
        Bar bar{point.point, {}, {point.trace}};
        double rest = 0;
        for (const auto& [module, value] : point.values) rest += value;
        for (const std::string& part : plot.parts) {
            auto value = point.values.find(part);
            bar.values.push_back(value == point.values.end() ? 0.0 : value->second);
            rest -= bar.values.back();
        }
        if (has_others) bar.values.push_back(std::max(rest, 0.0));  // against rounding
        plot.bars.push_back(std::move(bar));
    }
    if (has_others) plot.parts.emplace_back("other modules");
    return plot;
}

}  // namespace

Expected<std::vector<BarPlot>> module_plots(const std::vector<SweepPoint>& points,
                                            const std::vector<std::size_t>& chosen, Provenance& provenance) {
    std::vector<BarPlot> plots;
    for (const ModuleTable& wanted : kTables) {
        std::vector<PointModules> found;
        for (std::size_t i : chosen) {
            MACAW_TRY(auto one, read_point(points[i], wanted, provenance));
            if (one) found.push_back(std::move(*one));
        }
        if (!found.empty()) plots.push_back(bars_of(wanted, found));
    }
    std::erase_if(plots, [](const BarPlot& plot) { return !has_data(plot); });
    return plots;
}

}  // namespace macaw::reports
