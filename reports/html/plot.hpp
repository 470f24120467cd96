// Plots drawn by gnuplot as SVG. A plot is data and labels; script_of makes the gnuplot program, draw runs
// it, and inline_svg turns the file into an element of the page that follows the page's font and colours.
//
// Texts may hold anything: they are stripped of what gnuplot would interpret, and gnuplot escapes them in the
// SVG. Identical plots give identical files (no date, no random identifiers).
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "golden/support/error.hpp"
#include "reports/html/trace.hpp"

namespace macaw::reports {

enum class Mark { LinesAndPoints, Points, Boxes, Steps, DashedLine };

// What a reader learns who points at a mark, and where it leads.
struct MarkNote {
    std::string label;  // empty: the mark's coordinates
    std::vector<Trace> traces;
};

struct Series {
    std::string title;
    Mark mark = Mark::LinesAndPoints;
    std::vector<std::pair<double, double>> points;  // (x, y), finite; > 0 on a logarithmic axis
    std::vector<MarkNote> notes = {};               // empty, or one a point
};

struct XyPlot {
    std::string name;  // file name without suffix
    std::string title;
    std::string caption;  // what is seen and where it comes from, below the plot
    std::string x_label;
    std::string y_label;
    bool logarithmic_y = false;
    bool y_from_zero = false;
    std::vector<Series> series;
    bool logarithmic_x = false;
    std::vector<Trace> traces = {};  // of every mark that has none of its own
};

// Horizontal bars, one a label, each a stack of one value a part.
struct Bar {
    std::string label;
    std::vector<double> values;  // one a part, >= 0
    std::vector<Trace> traces = {};
};

struct BarPlot {
    std::string name;
    std::string title;
    std::string caption;
    std::string value_label;
    std::vector<std::string> parts;  // names of the stacked parts
    std::vector<Bar> bars;
    std::vector<Trace> traces = {};  // of every bar that has none of its own
};

// A mark in the drawing, in its pixels: what a pointer finds there.
struct Hit {
    double x = 0, y = 0;           // centre of a point, upper left corner of a box
    double width = 0, height = 0;  // 0: a point
    MarkNote note;
};

struct DrawnPlot {
    std::string name;
    std::string title;
    std::string caption;
    std::string svg;  // as gnuplot wrote it
    std::vector<Trace> traces = {};
    std::vector<Hit> hits = {};
};

// False when no series or bar has anything to show; such a plot cannot be drawn.
bool has_data(const XyPlot& plot);
bool has_data(const BarPlot& plot);

std::string script_of(const XyPlot& plot);
std::string script_of(const BarPlot& plot);

// Writes <name>.svg into `folder`. Errors: gnuplot missing (MissingTool) or failing (ToolFailed).
Expected<DrawnPlot> draw(const XyPlot& plot, const std::filesystem::path& folder);
Expected<DrawnPlot> draw(const BarPlot& plot, const std::filesystem::path& folder);

// Without XML header, background, title and font; black becomes the text colour; every id is made unique in
// the page; each hit becomes a link to where its figure comes from.
std::string inline_svg(const DrawnPlot& plot);

}  // namespace macaw::reports
