// See sweep_plots.hpp.
#include "reports/html/sweep_plots.hpp"

#include <algorithm>
#include <cmath>

#include "reports/html/label.hpp"
#include "reports/html/sweep_axes.hpp"
#include "reports/tables/frontier.hpp"

namespace macaw::reports {

namespace {

constexpr const char* kPerplexity = "model__ppl__datapath";

// A model that is this much worse than the best one is of no use; its points would flatten all others.
constexpr double kWorstPerplexity = 2;
constexpr double kLogarithmicFrom = 30;  // largest over smallest

std::string axis_label(const std::string& key) {
    if (key == kPerplexity) return "perplexity";
    const std::string unit = unit_of(key, Medium::Html);
    return label_of(key) + (unit.empty() ? "" : " (" + unit + ")");
}

std::string with_unit(const std::string& key, double value) {
    const std::string unit = unit_of(key, Medium::Html);
    return fmt::format("{} {}{}", label_of(key), number_text(value, Medium::Html),
                       unit.empty() ? "" : " " + unit);
}

bool any_has(const std::vector<SweepPoint>& points, const std::string& key) {
    return std::ranges::any_of(points, [&](const SweepPoint& p) { return figure_of(p, key).has_value(); });
}

// Whether any point has the figure as an estimate; the plot then says so.
std::string nature_caption(const std::vector<TraceMap>& traces, const std::string& key) {
    for (const TraceMap& map : traces)
        if (auto trace = map.find(key); trace != map.end())
            return fmt::format("{}: {}.", label_of(key), to_string(trace->second.nature));
    return {};
}

void add_sentence(std::string& caption, const std::string& sentence) {
    caption += (caption.empty() || sentence.empty() ? "" : " ") + sentence;
}

bool is_wide(const std::vector<double>& values) {
    if (values.empty()) return false;
    const auto [least, most] = std::ranges::minmax(values);
    return least > 0 && most / least > kLogarithmicFrom;
}

// One point's place in a plot.
struct Place {
    double x = 0, y = 0;
    MarkNote note;
};

Series series_of(const std::string& title, bool curve, std::vector<Place> places) {
    std::ranges::stable_sort(places, {}, &Place::x);
    Series series{title, curve ? Mark::LinesAndPoints : Mark::Points, {}, {}};
    for (Place& place : places) {
        series.points.emplace_back(place.x, place.y);
        series.notes.push_back(std::move(place.note));
    }
    return series;
}

std::vector<double> values_of(const XyPlot& plot, double std::pair<double, double>::*which) {
    std::vector<double> values;
    for (const Series& series : plot.series)
        for (const auto& point : series.points) values.push_back(point.*which);
    return values;
}

XyPlot width_plot(const std::vector<SweepPoint>& points, const std::vector<TraceMap>& traces,
                  const SweptQuantity& x, const std::string& key) {
    XyPlot plot{"sweep_" + key, label_of(key), {}, x.label, axis_label(key), false, false, {}};
    const Grouping grouping = group_points(points, &x);
    std::size_t left_out = 0;
    for (const auto& [name, members] : grouping.groups) {
        std::vector<Place> places;
        for (std::size_t i : members) {
            auto at = x.of(points[i]);
            auto value = figure_of(points[i], key);
            if (!at || !value) {
                ++left_out;
                continue;
            }
            places.push_back({*at,
                              *value,
                              {fmt::format("{}: {} {}, {}", points[i].name, x.label,
                                           number_text(*at, Medium::Html), with_unit(key, *value)),
                               traces_of(traces[i], {key, x.key})}});
        }
        plot.series.push_back(series_of(name, grouping.curves, std::move(places)));
    }
    plot.logarithmic_y = is_wide(values_of(plot, &std::pair<double, double>::second));
    plot.caption = nature_caption(traces, key);
    if (left_out > 0)
        add_sentence(plot.caption,
                     fmt::format("{} of {} points have no such figure.", left_out, points.size()));
    return plot;
}

// The corners of the region that no point reaches below and to the left of.
Series front_series(const std::vector<SweepPoint>& points, const std::string& key, double most) {
    Series series{"Pareto front", Mark::Steps, {}, {}};
    for (std::size_t i : frontier_of(points, {key, kPerplexity}).points)
        if (double perplexity = *figure_of(points[i], kPerplexity); perplexity <= most)
            series.points.emplace_back(*figure_of(points[i], key), perplexity);
    return series;
}

double least_perplexity(const std::vector<SweepPoint>& points) {
    double least = INFINITY;
    for (const SweepPoint& point : points)
        if (auto value = figure_of(point, kPerplexity)) least = std::min(least, *value);
    return least;
}

XyPlot frontier_plot(const std::vector<SweepPoint>& points, const std::vector<TraceMap>& traces,
                     const std::string& key) {
    XyPlot plot{"frontier_" + key,
                "Perplexity against " + label_of(key),
                "Down and to the left is better; no point lies below the line.",
                axis_label(key),
                "perplexity",
                false,
                false,
                {}};
    const double most = kWorstPerplexity * least_perplexity(points);
    const auto along = main_quantity(points);
    const Grouping grouping = group_points(points, along ? &*along : nullptr);
    std::size_t without = 0;
    std::size_t above = 0;
    for (const auto& [name, members] : grouping.groups) {
        std::vector<Place> places;
        for (std::size_t i : members) {
            auto x = figure_of(points[i], key);
            auto y = figure_of(points[i], kPerplexity);
            if (!x || !y) ++without;
            if (x && y && *y > most) ++above;
            if (!x || !y || *y > most) continue;
            places.push_back({*x,
                              *y,
                              {fmt::format("{}: perplexity {}, {}", points[i].name,
                                           number_text(*y, Medium::Html), with_unit(key, *x)),
                               traces_of(traces[i], {kPerplexity, key})}});
        }
        plot.series.push_back(series_of(name, false, std::move(places)));
    }
    plot.series.push_back(front_series(points, key, most));  // last: over the points
    plot.logarithmic_x = is_wide(values_of(plot, &std::pair<double, double>::first));
    add_sentence(plot.caption, nature_caption(traces, key));
    if (above > 0)
        add_sentence(plot.caption,
                     fmt::format("Not drawn: {} with a perplexity above {}; they are in the table.", above,
                                 number_text(most, Medium::Html)));
    if (without > 0)
        add_sentence(plot.caption,
                     fmt::format("{} of {} points have no such figures.", without, points.size()));
    return plot;
}

}  // namespace

std::vector<XyPlot> width_plots(const std::vector<SweepPoint>& points, const std::vector<TraceMap>& traces) {
    std::vector<XyPlot> plots;
    const auto x = main_quantity(points);
    if (!x) return plots;
    for (const char* key :
         {"synth__area__um2", "timing__period__min_ns", "power__total__mw", "energy__per_mac__pj",
          "energy__per_token__nj", kPerplexity, "bound__inner__headroom__ratio"})
        plots.push_back(width_plot(points, traces, *x, key));
    std::erase_if(plots, [](const XyPlot& plot) { return !has_data(plot); });
    return plots;
}

std::vector<XyPlot> frontier_plots(const std::vector<SweepPoint>& points,
                                   const std::vector<TraceMap>& traces) {
    std::vector<XyPlot> plots;
    for (const char* key :
         {"synth__area__um2", "power__total__mw", "energy__per_mac__pj", "energy__per_token__nj"})
        if (any_has(points, key) && any_has(points, kPerplexity))
            plots.push_back(frontier_plot(points, traces, key));
    std::erase_if(plots, [](const XyPlot& plot) { return !has_data(plot); });
    return plots;
}

}  // namespace macaw::reports
