// Where the marks of a plot lie in its drawing, so that the page can lead from each to its figure. gnuplot
// prints the corners of the axes after it has drawn; between them an axis is linear, or linear in the
// logarithm.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "golden/support/error.hpp"
#include "reports/html/plot.hpp"

namespace macaw::reports {

// A line of gnuplot that prints the corners to the standard output.
std::string geometry_script();

// One end of an axis: its value and its pixel.
struct AxisEnd {
    double value = 0;
    double pixel = 0;
};
struct Geometry {
    AxisEnd left, right, bottom, top;
};
// From what gnuplot printed; ToolFailed where the line is missing.
Expected<Geometry> parse_geometry(std::string_view output);

std::vector<Hit> hits_of(const XyPlot& plot, const Geometry& geometry);
std::vector<Hit> hits_of(const BarPlot& plot, const Geometry& geometry);

// Elements inside the <svg>.
std::string hits_html(const std::vector<Hit>& hits);

}  // namespace macaw::reports
