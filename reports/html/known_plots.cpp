// See known_plots.hpp.
#include "reports/html/known_plots.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "reports/html/label.hpp"

namespace macaw::reports {

namespace {

constexpr std::size_t kMostBars = 24;  // the largest ones; the caption says what was left out

const std::vector<std::string> kPowerColumns = {"clock_pins_mw", "internal_mw", "switching_mw", "leakage_mw"};

// Columns of a table by name.
class Columns {
  public:
    explicit Columns(const Table& table) : table_(&table) {}

    bool has(const std::vector<std::string>& names) const {
        return std::ranges::all_of(names, [&](const std::string& name) { return index(name) < width(); });
    }
    std::size_t rows() const { return table_->rows().size(); }
    const std::string& text(std::size_t row, const std::string& name) const {
        return table_->rows()[row][index(name)];
    }
    std::optional<double> number(std::size_t row, const std::string& name) const {
        return parse_number(text(row, name));
    }

  private:
    std::size_t width() const { return table_->columns().size(); }
    std::size_t index(const std::string& name) const {
        return static_cast<std::size_t>(std::ranges::find(table_->columns(), name) -
                                        table_->columns().begin());
    }
    const Table* table_;
};

std::string and_left_out(std::size_t count) {
    return count == 0 ? ""
                      : fmt::format(" Not drawn: {} value{} that {} not a number in range.", count,
                                    count == 1 ? "" : "s", count == 1 ? "is" : "are");
}

// One point a row: x is the row's number from 1, y is numerator / denominator (or just numerator) in percent.
struct RowValue {
    std::string title;
    std::string numerator;
    std::string denominator;  // may be empty
};

// Rows whose cell in `column` is `text`; an empty column takes all rows.
struct RowFilter {
    std::string column;
    std::string text;
};

XyPlot plot_by_row(const StepTable& table, XyPlot plot, const std::vector<RowValue>& values,
                   const RowFilter& filter = {}) {
    Columns columns(table.table);
    std::size_t left_out = 0;
    for (const RowValue& value : values) {
        Series series{value.title, Mark::Points, {}};
        int number = 0;
        for (std::size_t row = 0; row < columns.rows(); ++row) {
            if (!filter.column.empty() && columns.text(row, filter.column) != filter.text) continue;
            ++number;
            auto numerator = columns.number(row, value.numerator);
            auto denominator = value.denominator.empty() ? 1.0 : columns.number(row, value.denominator);
            if (!numerator || !denominator || *denominator == 0)
                ++left_out;
            else
                series.points.emplace_back(number, 100 * *numerator / *denominator);
        }
        plot.series.push_back(std::move(series));
    }
    plot.caption += and_left_out(left_out);
    return plot;
}

PlotSet layer_plots(const std::string& step_id, const StepTable& table) {
    Columns columns(table.table);
    PlotSet plots;
    const std::string x = "layer, in the order of the table";
    if (columns.has({"inner_headroom", "outer_headroom"}))
        plots.curves.push_back(plot_by_row(
            table,
            {step_id + "_headroom_by_layer",
             "Headroom by layer",
             "Share of the accumulator's range that no input can reach, from the integer codes alone.",
             x,
             "headroom (%)",
             false,
             true,
             {}},
            {{"inner", "inner_headroom", ""}, {"outer", "outer_headroom", ""}}));
    if (columns.has({"tiles_constrained", "tiles"}))
        plots.curves.push_back(plot_by_row(table,
                                           {step_id + "_constrained_by_layer",
                                            "Tiles that the constraint touched, by layer",
                                            "Share of a layer's tiles with lambda > 0 or with clipped codes.",
                                            x,
                                            "tiles (%)",
                                            false,
                                            true,
                                            {}},
                                           {{"", "tiles_constrained", "tiles"}}));
    if (columns.has({"utilisation_ratio", "simulator"}))
        plots.curves.push_back(plot_by_row(table,
                                           {step_id + "_utilisation_by_layer",
                                            "Utilisation of the array, by layer",
                                            "Beats accepted per clock cycle, in the verilated RTL.",
                                            x,
                                            "utilisation (%)",
                                            false,
                                            true,
                                            {}},
                                           {{"", "utilisation_ratio", ""}}, {"simulator", "verilator"}));
    return plots;
}

std::string constraint_name(const std::string& constraint) {
    if (constraint == "axe") return "AXE (guaranteed)";
    return constraint == "none" || constraint == "unconstrained" ? "unconstrained" : constraint;
}

// Perplexity against the inner accumulator's width: what the guarantee is worth beside luck.
XyPlot luck_plot(const std::string& step_id, const StepTable& table, const Metrics& all) {
    Columns columns(table.table);
    XyPlot plot{step_id + "_perplexity_by_inner_bits",
                "Perplexity against accumulator width",
                "Every linear layer in the bit-exact integer datapath; what overflows wraps or saturates.",
                "inner accumulator (bits)",
                "perplexity",
                true,
                false,
                {}};
    std::vector<std::string> order;
    std::map<std::string, std::vector<std::pair<double, double>>> points;
    std::size_t left_out = 0;
    for (std::size_t row = 0; row < columns.rows(); ++row) {
        std::string name =
            constraint_name(columns.text(row, "constraint")) + ", " + columns.text(row, "overflow_mode");
        auto bits = columns.number(row, "inner_bits");
        auto perplexity = columns.number(row, "perplexity");
        if (!points.contains(name)) order.push_back(name);
        auto& own = points[name];
        if (!bits || !perplexity || *perplexity <= 0)
            ++left_out;
        else
            own.emplace_back(*bits, *perplexity);
    }
    // Drawn last, the guaranteed points lie on top of those that they nearly equal.
    std::ranges::stable_partition(order, [](const std::string& name) { return !name.starts_with("AXE"); });
    double least = 1e300;
    double most = -1e300;
    for (const std::string& name : order) {
        std::ranges::sort(points[name]);
        for (auto [x, y] : points[name]) {
            least = std::min(least, x);
            most = std::max(most, x);
        }
        plot.series.push_back({name, Mark::LinesAndPoints, points[name]});
    }
    const Metric* reference = all.find("model__ppl__float");
    if (least <= most && reference != nullptr && reference->value.is_number() &&
        reference->value.get<double>() > 0) {
        double y = reference->value.get<double>();
        plot.series.push_back({"float32", Mark::DashedLine, {{least, y}, {most, y}}});
    }
    plot.caption += and_left_out(left_out);
    return plot;
}

// First column: lower edge of the bin; last: count; a column between them: upper edge.
XyPlot histogram_plot(const std::string& step_id, const StepTable& table) {
    XyPlot plot{step_id + "_inner_headroom",
                "Headroom of the inner accumulator",
                "How many tiles leave how much of the accumulator's range unused, whatever the input.",
                table.table.columns().front(),
                table.table.columns().back(),
                false,
                true,
                {}};
    Series series{"", Mark::Boxes, {}};
    std::size_t left_out = 0;
    for (const auto& row : table.table.rows()) {
        auto low = parse_number(row.front());
        auto high = row.size() > 2 ? parse_number(row[1]) : low;
        auto count = parse_number(row.back());
        if (!low || !high || !count)
            ++left_out;
        else
            series.points.emplace_back((*low + *high) / 2, *count);
    }
    if (plot.x_label.ends_with("_percent")) plot.x_label = "headroom (%)";
    plot.series.push_back(std::move(series));
    plot.caption += and_left_out(left_out);
    return plot;
}

// The largest bars first; a row that sums up the others ("total") is no bar.
void add_bars(BarPlot& plot, const StepTable& table, const std::vector<std::string>& value_columns) {
    Columns columns(table.table);
    std::size_t left_out = 0;
    for (std::size_t row = 0; row < columns.rows(); ++row) {
        Bar bar{columns.text(row, "module"), {}};
        if (bar.label == "total") continue;
        for (const std::string& column : value_columns) {
            auto value = columns.number(row, column);
            if (value && *value >= 0) bar.values.push_back(*value);
        }
        if (bar.values.size() == value_columns.size())
            plot.bars.push_back(std::move(bar));
        else
            ++left_out;
    }
    auto sum = [](const Bar& bar) {
        double total = 0;
        for (double value : bar.values) total += value;
        return total;
    };
    std::ranges::stable_sort(plot.bars, std::greater<>(), sum);
    if (plot.bars.size() > kMostBars) {
        plot.caption += fmt::format(" The {} largest of {}.", kMostBars, plot.bars.size());
        plot.bars.resize(kMostBars);
    }
    plot.caption += and_left_out(left_out);
}

BarPlot area_plot(const std::string& step_id, const StepTable& table) {
    BarPlot plot{step_id + "_area_by_module",
                 "Area by module",
                 "Cell area of all instances of a module, without its submodules.",
                 "area (µm²)",
                 {"area"},
                 {}};
    add_bars(plot, table, {"total_area_um2"});
    return plot;
}

BarPlot power_plot(const std::string& step_id, const StepTable& table) {
    BarPlot plot{step_id + "_power_by_module",
                 "Power by module",
                 "Power of all instances of a module, without its submodules.",
                 "power (mW)",
                 {"clock pins", "internal", "switching", "leakage"},
                 {}};
    add_bars(plot, table, kPowerColumns);
    return plot;
}

// What the simulations of a sign-off reached, of its own figures.
BarPlot coverage_plot(const std::string& step_id, const Metrics& all) {
    BarPlot plot{step_id + "_coverage",
                 "Coverage of the sign-off",
                 "Share of the goals and of the points of the RTL that the simulations reached.",
                 "covered (%)",
                 {"covered"},
                 {}};
    for (const Metric& metric : all.all())
        if (metric.key.starts_with("verify__") && metric.key.ends_with("covered__percent") &&
            metric.value.is_number())
            plot.bars.push_back({label_of(metric.key), {metric.value.get<double>()}});
    return plot;
}

}  // namespace

PlotSet known_plots(const std::string& step_id, const StepTable& table, const Metrics& all) {
    Columns columns(table.table);
    PlotSet plots;
    if (table.file == "layers.csv") plots = layer_plots(step_id, table);
    if (table.file == "luck.csv" && columns.has({"constraint", "overflow_mode", "inner_bits", "perplexity"}))
        plots.curves.push_back(luck_plot(step_id, table, all));
    if (table.file == "inner_headroom_histogram.csv" && table.table.columns().size() >= 2)
        plots.curves.push_back(histogram_plot(step_id, table));
    if (table.file == "area_by_module.csv" && columns.has({"module", "total_area_um2"}))
        plots.bars.push_back(area_plot(step_id, table));
    if (table.file == "power_by_module.csv" && columns.has({"module"}) && columns.has(kPowerColumns))
        plots.bars.push_back(power_plot(step_id, table));
    if (table.file == "signoff.csv") plots.bars.push_back(coverage_plot(step_id, all));
    std::erase_if(plots.curves, [](const XyPlot& plot) { return !has_data(plot); });
    std::erase_if(plots.bars, [](const BarPlot& plot) { return !has_data(plot); });
    return plots;
}

}  // namespace macaw::reports
