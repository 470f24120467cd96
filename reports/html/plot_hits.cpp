// See plot_hits.hpp.
#include "reports/html/plot_hits.hpp"

#include <cmath>
#include <sstream>

#include "reports/html/label.hpp"
#include "reports/html/markup.hpp"

namespace macaw::reports {

namespace {

constexpr std::string_view kGeometryWord = "macaw-geometry";
constexpr double kPointRadius = 9;  // pixels: what a finger still meets
constexpr double kHalfBar = 0.36;   // as in script_of

double pixel_of(double value, const AxisEnd& begin, const AxisEnd& end, bool logarithmic) {
    auto place = [&](double of) { return logarithmic ? std::log(of) : of; };
    const double share = (place(value) - place(begin.value)) / (place(end.value) - place(begin.value));
    return begin.pixel + share * (end.pixel - begin.pixel);
}

std::string text_of(double value) {
    return number_text(value, Medium::Html);
}

std::string point_label(const XyPlot& plot, const Series& series, double x, double y) {
    return fmt::format("{}{}{} {}, {} {}", series.title, series.title.empty() ? "" : ": ", plot.x_label,
                       text_of(x), plot.y_label, text_of(y));
}

}  // namespace

std::string geometry_script() {
    return fmt::format(
        "set print \"-\"\n"
        "print \"{}\", GPVAL_X_MIN, GPVAL_TERM_XMIN, GPVAL_X_MAX, GPVAL_TERM_XMAX, GPVAL_Y_MIN, "
        "GPVAL_TERM_YMIN, GPVAL_Y_MAX, GPVAL_TERM_YMAX, GPVAL_TERM_YSIZE / 100.0\n",
        kGeometryWord);
}

Expected<Geometry> parse_geometry(std::string_view output) {
    Geometry geometry;
    double height = 0;
    const std::size_t at = output.rfind(kGeometryWord);
    if (at != std::string_view::npos) {
        std::istringstream numbers{std::string(output.substr(at + kGeometryWord.size()))};
        numbers >> geometry.left.value >> geometry.left.pixel >> geometry.right.value >>
            geometry.right.pixel >> geometry.bottom.value >> geometry.bottom.pixel >> geometry.top.value >>
            geometry.top.pixel >> height;
        // gnuplot counts from the lower edge, SVG from the upper one.
        geometry.bottom.pixel = height - geometry.bottom.pixel;
        geometry.top.pixel = height - geometry.top.pixel;
        if (numbers && geometry.left.value != geometry.right.value &&
            geometry.bottom.value != geometry.top.value)
            return geometry;
    }
    return fail(ErrorKind::ToolFailed, "gnuplot did not say where it drew the axes: {}", output);
}

std::vector<Hit> hits_of(const XyPlot& plot, const Geometry& geometry) {
    std::vector<Hit> hits;
    for (const Series& series : plot.series) {
        if (series.mark == Mark::Steps) continue;  // a line through points of other series
        for (std::size_t i = 0; i < series.points.size(); ++i) {
            const auto [x, y] = series.points[i];
            MarkNote note = series.notes.empty() ? MarkNote{} : series.notes[i];
            if (note.label.empty()) note.label = point_label(plot, series, x, y);
            if (note.traces.empty()) note.traces = plot.traces;
            hits.push_back({pixel_of(x, geometry.left, geometry.right, plot.logarithmic_x),
                            pixel_of(y, geometry.bottom, geometry.top, plot.logarithmic_y), 0, 0,
                            std::move(note)});
        }
    }
    return hits;
}

std::vector<Hit> hits_of(const BarPlot& plot, const Geometry& geometry) {
    std::vector<Hit> hits;
    for (std::size_t row = 0; row < plot.bars.size(); ++row) {
        const Bar& bar = plot.bars[row];
        double begin = 0;
        for (std::size_t part = 0; part < bar.values.size(); ++part) {
            const double end = begin + bar.values[part];
            auto x = [&](double value) { return pixel_of(value, geometry.left, geometry.right, false); };
            auto y = [&](double value) { return pixel_of(value, geometry.bottom, geometry.top, false); };
            const auto middle = static_cast<double>(row);
            const std::string of_part = plot.parts.size() > 1 ? ", " + plot.parts[part] : "";
            hits.push_back({x(begin),
                            y(middle - kHalfBar),
                            x(end) - x(begin),
                            y(middle + kHalfBar) - y(middle - kHalfBar),
                            {fmt::format("{}{}: {}, {}", bar.label, of_part, plot.value_label,
                                         text_of(bar.values[part])),
                             bar.traces.empty() ? plot.traces : bar.traces}});
            begin = end;
        }
    }
    return hits;
}

std::string hits_html(const std::vector<Hit>& hits) {
    std::string html;
    for (const Hit& hit : hits) {
        const std::string shape =
            hit.height == 0
                ? fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\"/>", hit.x, hit.y, kPointRadius)
                : fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>", hit.x,
                              hit.y, hit.width, hit.height);
        const std::string label = escape_html(hit.note.label);
        const std::string leads = trace_attributes(hit.note.traces);
        html += leads.empty()
                    ? fmt::format("<g class=\"hit\" aria-label=\"{}\">{}</g>\n", label, shape)
                    : fmt::format("<a class=\"hit\"{} aria-label=\"{}\">{}</a>\n", leads, label, shape);
    }
    return html;
}

}  // namespace macaw::reports
