// See plot.hpp. The gnuplot programs carry their data as here-documents, so one text is one complete plot.
#include "reports/html/plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include "golden/support/file.hpp"
#include "golden/support/process.hpp"
#include "reports/html/label.hpp"
#include "reports/html/markup.hpp"
#include "reports/html/plot_hits.hpp"

namespace macaw::reports {

namespace {

constexpr int kWidth = 600;  // pixels of the drawing; the page scales it
constexpr int kHeight = 360;
constexpr int kBarHeight = 34;
constexpr std::size_t kMostInside = 4;  // entries of a key that the plot has room for
constexpr int kKeyLine = 24;
constexpr int kKeyLetters = 72;     // of a line of the key below the plot
constexpr int kBarKeyLetters = 54;  // above bars, whose labels take their part of the width
constexpr int kXLabelHeight = 66;   // tics and label of the x axis

// Middle tones that stand out on white and on black; in print they differ in lightness.
constexpr std::array<const char*, 6> kColours = {"#2f7ed8", "#e07b28", "#2a9d6f",
                                                 "#c8455b", "#8a63b8", "#7a7f87"};
constexpr std::array<int, 6> kSymbols = {7, 5, 9, 13, 11, 15};

// A text inside gnuplot's double quotes: nothing left that ends the string, escapes or runs a command.
std::string gnuplot_text(std::string_view text) {
    std::string safe = "\"";
    for (char c : text) {
        if (c == '"' || c == '`')
            safe += '\'';
        else if (c == '\\')
            safe += '/';
        else
            safe += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return safe + "\"";
}

std::string header(const std::string& name, int height) {
    return fmt::format(
        "set encoding utf8\n"
        "set terminal svg size {},{} dynamic noenhanced font \"sans-serif,15\" background rgb \"white\" name "
        "\"{}\"\n"
        "set output \"{}.svg\"\n"
        "set border 3 linewidth 1\n"
        "set tics nomirror out scale 0.6\n",
        kWidth, height, slug(name), slug(name));
}

std::string footer() {
    return "unset output\n" + geometry_script();
}

struct Extent {
    double least = std::numeric_limits<double>::infinity();
    double most = -std::numeric_limits<double>::infinity();
    void include(double value) {
        least = std::min(least, value);
        most = std::max(most, value);
    }
    double span() const { return most - least; }
};

// Tics of a logarithmic axis that covers less than two decades, where gnuplot would set one or none.
std::string logarithmic_tics(const char* axis, double least, double most) {
    if (most / least >= 100) return {};
    std::string list;
    const int last = static_cast<int>(std::floor(std::log10(most)));
    for (int decade = static_cast<int>(std::floor(std::log10(least))); decade <= last; ++decade) {
        const double power = std::pow(10, decade);
        for (double digit : {1.0, 1.5, 2.0, 3.0, 5.0, 7.0})
            if (digit * power >= least && digit * power <= most)
                list += fmt::format("{}\"{}\" {}", list.empty() ? "" : ", ",
                                    number_text(digit * power, Medium::Terminal), digit * power);
    }
    return list.empty() ? "" : fmt::format("set {}tics ({})\n", axis, list);
}

// Up to twelve bit widths or other small counts become the tics themselves: they read as 11, 12, 13, never as
// 11.5. A number that would touch the one before it is left out; its tic stays.
std::string x_tics(const XyPlot& plot) {
    std::set<double> values;
    for (const Series& series : plot.series)
        if (series.mark != Mark::DashedLine)
            for (auto [x, y] : series.points) values.insert(x);
    const bool counts =
        std::ranges::all_of(values, [](double x) { return x == std::trunc(x) && std::abs(x) < 10'000; });
    if (values.size() > 12 || !counts) return {};
    constexpr double kDigit = 0.022;  // of the axis
    const double span = values.empty() ? 0 : *values.rbegin() - *values.begin();
    std::string list;
    std::optional<double> last;  // with a number
    for (double x : values) {
        std::string number = fmt::format("{}", x);
        if (last && x - *last < kDigit * static_cast<double>(number.size() + 1) * span)
            number.clear();
        else
            last = x;
        list += fmt::format("{}\"{}\" {}", list.empty() ? "" : ", ", number, x);
    }
    return fmt::format("set xtics ({})\n", list);
}

// Ranges with a little room on every side; a logarithmic axis or large numbers get 10k and 1M at their tics.
std::string axes_of(const XyPlot& plot) {
    Extent x;
    Extent y;
    double half_bin = 0;
    for (const Series& series : plot.series) {
        for (auto [at, value] : series.points) {
            x.include(at);
            y.include(value);
        }
        if (series.mark == Mark::Boxes && series.points.size() > 1)
            half_bin = (series.points[1].first - series.points[0].first) / 2;
    }
    std::string axes;
    if (plot.logarithmic_x) {
        axes = fmt::format("set logscale x\nset xrange [{}:{}]\n", x.least / 1.3, x.most * 1.3) +
               logarithmic_tics("x", x.least / 1.3, x.most * 1.3);
    } else {
        // A single point at a large value wants a range that its digits can tell apart.
        const double room = x.span() > 0 ? 0.04 * x.span() : std::max(0.5, 0.05 * std::abs(x.most));
        const double side = std::max(half_bin, room);
        axes = fmt::format("set xrange [{}:{}]\n", x.least - side, x.most + side) + x_tics(plot);
    }
    if (x.most >= 1e5) axes += "set format x \"%.1s%c\"\n";
    if (plot.logarithmic_y) {
        axes += fmt::format("set logscale y\nset yrange [{}:{}]\n", y.least / 1.6, y.most * 1.6) +
                logarithmic_tics("y", y.least / 1.6, y.most * 1.6);
    } else {
        double room = y.span() > 0 ? 0.08 * y.span() : std::max(0.05 * std::abs(y.most), 1e-9);
        axes +=
            fmt::format("set yrange [{}:{}]\n", plot.y_from_zero ? std::min(0.0, y.least) : y.least - room,
                        plot.y_from_zero ? std::max({y.most * 1.08, y.most, 1e-9}) : y.most + room);
    }
    if (y.most >= 1e4) axes += fmt::format("set format y \"%.{}s%c\"\n", plot.logarithmic_y ? 0 : 1);
    return axes;
}

struct KeyColumns {
    std::size_t columns = 1;
    std::size_t lines = 0;  // 0: no such key
    int height() const { return lines == 0 ? 0 : kKeyLine * static_cast<int>(lines) + kKeyLine; }
};

// A key that is too long for the plot stands below it, in columns.
KeyColumns key_below(const XyPlot& plot) {
    std::size_t titles = 0;
    std::size_t longest = 0;
    for (const Series& series : plot.series) {
        if (series.points.empty() || series.title.empty()) continue;
        ++titles;
        longest = std::max(longest, series.title.size());
    }
    if (titles <= kMostInside) return {1, 0};
    const std::size_t columns = std::clamp<std::size_t>(kKeyLetters / (longest + 5), 1, 4);
    return {columns, (titles + columns - 1) / columns};
}

// The parts of stacked bars, above the plot and no wider than it.
KeyColumns columns_of_bars(const BarPlot& plot) {
    if (plot.parts.size() < 2) return {};
    std::size_t longest = 0;
    for (const std::string& part : plot.parts) longest = std::max(longest, part.size());
    const std::size_t columns = std::clamp<std::size_t>(kBarKeyLetters / (longest + 5), 1, 4);
    return {columns, (plot.parts.size() + columns - 1) / columns};
}

// Above the plot; on a logarithmic axis, where curves fall from the left, in the empty corner; many below it.
std::string key_of(const XyPlot& plot) {
    if (std::ranges::all_of(plot.series, [](const Series& s) { return s.points.empty() || s.title.empty(); }))
        return "unset key\n";
    if (const KeyColumns below = key_below(plot); below.lines > 0)
        return fmt::format(
            "set key at screen 0.5,0.005 center bottom horizontal Left reverse samplen 1.5 maxcols {}\n"
            "set bmargin at screen {}\n",
            below.columns, (below.height() + kXLabelHeight) / static_cast<double>(kHeight + below.height()));
    if (plot.logarithmic_y) return "set key top right samplen 2 spacing 1.1\n";
    return "set key outside top center horizontal samplen 1.5\n";
}

// "2M" for 2 000 000: the tics of a value axis.
std::string short_number(double value) {
    if (value >= 1e6) return fmt::format("{:g}M", value / 1e6);
    if (value >= 1e4) return fmt::format("{:g}k", value / 1e3);
    return fmt::format("{:g}", value);
}

// At most six tics from 0, a step of 1, 2 or 5 times a power of ten apart.
std::string value_tics(double largest) {
    double power = std::pow(10, std::floor(std::log10(largest / 5)));
    double step = power;
    for (double factor : {2.0, 5.0, 10.0})
        if (largest / step > 5) step = factor * power;
    std::string list;
    for (int tic = 0; tic * step <= largest * 1.001; ++tic)
        list += fmt::format("{}\"{}\" {}", tic == 0 ? "" : ", ", short_number(tic * step), tic * step);
    return fmt::format("set xtics ({})\n", list);
}

std::string style_of(Mark mark, std::size_t index) {
    const char* colour = kColours[index % kColours.size()];
    // Where the colours begin anew, other symbols go with them.
    int symbol = kSymbols[(index + index / kColours.size()) % kSymbols.size()];
    switch (mark) {
        case Mark::LinesAndPoints:
            return fmt::format("linespoints lc rgb \"{}\" lw 2.5 pt {} ps 1.1", colour, symbol);
        case Mark::Points:
            return fmt::format("points lc rgb \"{}\" pt {} ps 0.9", colour, symbol);
        case Mark::Boxes:
            return fmt::format("boxes fill solid 0.85 noborder lc rgb \"{}\"", colour);
        case Mark::Steps:
            return "steps lc rgb \"black\" lw 1.5";
        case Mark::DashedLine:
            return "lines lc rgb \"#7a7f87\" lw 1.5 dt (8,6)";
    }
    throw std::logic_error("style_of: unknown mark");
}

double sum_of(const Bar& bar) {
    double sum = 0;
    for (double value : bar.values) sum += value;
    return sum;
}

template <typename Plot>
Expected<DrawnPlot> run_gnuplot(const Plot& plot, const std::filesystem::path& folder) {
    require(has_data(plot), "draw: a plot without data");
    const std::string& name = plot.name;
    MACAW_TRY(std::string output, run_tool({"gnuplot", "-d"}, {folder, script_of(plot)}));
    MACAW_TRY(Geometry geometry, parse_geometry(output));
    std::filesystem::path file = folder / (slug(name) + ".svg");
    DrawnPlot drawn{slug(name), plot.title, plot.caption, {}, plot.traces, hits_of(plot, geometry)};
    MACAW_TRY(drawn.svg, read_text(file));
    if (drawn.svg.find("</svg>") == std::string::npos)
        return fail(ErrorKind::ToolFailed, "gnuplot wrote no complete SVG for the plot \"{}\"", name);
    return drawn;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

// Removes every stretch from `open` up to and including the next `close`.
void remove_spans(std::string& text, std::string_view open, std::string_view close) {
    std::size_t begin = 0;
    while ((begin = text.find(open, begin)) != std::string::npos) {
        std::size_t end = text.find(close, begin + open.size());
        if (end == std::string::npos) return;
        text.erase(begin, end + close.size() - begin);
    }
}

}  // namespace

bool has_data(const XyPlot& plot) {
    return std::ranges::any_of(plot.series, [](const Series& s) { return !s.points.empty(); });
}

bool has_data(const BarPlot& plot) {
    return std::ranges::any_of(plot.bars, [](const Bar& bar) { return sum_of(bar) > 0; });
}

std::string script_of(const XyPlot& plot) {
    std::string script = header(plot.name, kHeight + key_below(plot).height());
    std::string plots;
    std::size_t colour = 0;
    for (std::size_t i = 0; i < plot.series.size(); ++i) {
        const Series& series = plot.series[i];
        if (series.points.empty()) continue;
        script += fmt::format("$series{} << END_OF_DATA\n", i);
        for (auto [x, y] : series.points) script += fmt::format("{} {}\n", x, y);
        script += "END_OF_DATA\n";
        std::string title = series.title.empty() ? "notitle" : "title " + gnuplot_text(series.title);
        plots += fmt::format("{}$series{} using 1:2 with {} {}", plots.empty() ? "" : ", \\\n     ", i,
                             style_of(series.mark, colour), title);
        if (series.mark != Mark::DashedLine && series.mark != Mark::Steps) ++colour;
    }
    script +=
        fmt::format("set xlabel {}\nset ylabel {}\n", gnuplot_text(plot.x_label), gnuplot_text(plot.y_label));
    script += "set grid ytics linewidth 0.5 linecolor rgb \"#9aa0a6\"\n";
    script += key_of(plot);
    return script + axes_of(plot) + "plot " + plots + "\n" + footer();
}

std::string script_of(const BarPlot& plot) {
    const KeyColumns key = columns_of_bars(plot);
    const int key_height = key.lines == 0 ? 0 : kKeyLine * static_cast<int>(key.lines) + 12;
    const int height = 84 + key_height + kBarHeight * static_cast<int>(plot.bars.size());
    double largest = 0;
    for (const Bar& bar : plot.bars) largest = std::max(largest, sum_of(bar));
    std::string script = header(plot.name, height);
    // Columns: label, total, total as text, then the left and right end of each part.
    script += "$bars << END_OF_DATA\n";
    for (const Bar& bar : plot.bars) {
        require(bar.values.size() == plot.parts.size(), "BarPlot: one value a part");
        script += fmt::format("{} {} {}", gnuplot_text(bar.label), sum_of(bar),
                              gnuplot_text(number_text(sum_of(bar), Medium::Terminal)));
        double left = 0;
        for (double value : bar.values) {
            script += fmt::format(" {} {}", left, left + value);
            left += value;
        }
        script += "\n";
    }
    script += "END_OF_DATA\n";
    script += fmt::format("set xlabel {}\nset xrange [0:{}]\nset yrange [{}.5:-0.5]\n",
                          gnuplot_text(plot.value_label), largest * 1.22, plot.bars.size() - 1);
    script += "set border 1\nset ytics scale 0\n";
    script += value_tics(largest);
    script += key.lines == 0
                  ? "unset key\n"
                  : fmt::format("set key outside top center horizontal samplen 1 maxcols {}\n", key.columns);
    std::string plots;
    for (std::size_t part = 0; part < plot.parts.size(); ++part) {
        std::size_t left = 4 + 2 * part;
        plots += fmt::format(
            "$bars using {0}:0:{0}:{1}:($0-0.36):($0+0.36):ytic(1) with boxxyerror fill solid 0.85 "
            "noborder lc rgb \"{2}\" title {3}, \\\n     ",
            left, left + 1, kColours[part % kColours.size()], gnuplot_text(plot.parts[part]));
    }
    return script + "plot " + plots + "$bars using 2:0:3 with labels left offset 0.5,0 notitle\n" + footer();
}

Expected<DrawnPlot> draw(const XyPlot& plot, const std::filesystem::path& folder) {
    return run_gnuplot(plot, folder);
}

Expected<DrawnPlot> draw(const BarPlot& plot, const std::filesystem::path& folder) {
    return run_gnuplot(plot, folder);
}

std::string inline_svg(const DrawnPlot& plot) {
    std::string svg = plot.svg;
    std::size_t begin = svg.find("<svg");
    require(begin != std::string::npos, "inline_svg: not an SVG");
    svg.erase(0, begin);
    remove_spans(svg, "<title>", "</title>");
    remove_spans(svg, "<desc>", "</desc>");
    replace_all(svg, "fill=\"#ffffff\"", "fill=\"none\"");
    replace_all(svg, "xlink:href", "href");
    remove_spans(svg, "xmlns:xlink=\"", "\"");
    remove_spans(svg, "xmlns=\"", "\"");
    for (std::string_view black : {"\"black\"", "'black'", "\"rgb(  0,   0,   0)\"", "'rgb(  0,   0,   0)'"})
        replace_all(svg, black, "\"currentColor\"");
    replace_all(svg, " font-family=\"sans-serif\" ", " ");
    for (std::string_view id : {" id='", " id=\"", "href='#", "href=\"#", "url(#"})
        replace_all(svg, id, std::string(id) + plot.name + "-");
    svg.insert(svg.rfind("</svg>"), hits_html(plot.hits));
    std::string label = fmt::format("<svg role=\"img\" aria-label=\"{}\"", escape_html(plot.title));
    return svg.replace(0, std::string_view("<svg").size(), label);
}

}  // namespace macaw::reports
