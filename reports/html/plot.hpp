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

namespace macaw::reports {

enum class Mark { LinesAndPoints, Points, Boxes, DashedLine };

struct Series {
    std::string title;
    Mark mark = Mark::LinesAndPoints;
    std::vector<std::pair<double, double>> points;  // (x, y), finite; y > 0 on a logarithmic axis
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
};

// Horizontal bars, one a label, each a stack of one value a part.
struct Bar {
    std::string label;
    std::vector<double> values;  // one a part, >= 0
};

struct BarPlot {
    std::string name;
    std::string title;
    std::string caption;
    std::string value_label;
    std::vector<std::string> parts;  // names of the stacked parts
    std::vector<Bar> bars;
};

struct DrawnPlot {
    std::string name;
    std::string title;
    std::string caption;
    std::string svg;  // as gnuplot wrote it
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
// the page.
std::string inline_svg(const DrawnPlot& plot);

}  // namespace macaw::reports
