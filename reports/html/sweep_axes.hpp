// What the points of a sweep are drawn against, and how they are told apart in a plot.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reports/tables/sweep_point.hpp"

namespace macaw::reports {

// The x of a plot: an axis of the sweep, or a figure that takes several values.
struct SweptQuantity {
    std::string label;
    std::optional<std::size_t> axis;  // index, if it is an axis
    std::string key;                  // of the figure, if it is none
    std::optional<double> of(const SweepPoint& point) const;
};

// The inner accumulator's width (as an axis, or else as the configured width of each point); where that does
// not vary, the first axis whose values are all numbers; or none.
std::optional<SweptQuantity> main_quantity(const std::vector<SweepPoint>& points);

// Points of one combination of the other axes, by its name ("W4A8, recipe = area"); where these
// are more than a reader can tell apart (kMostCurves), by the operand widths alone, and then not as curves.
inline constexpr std::size_t kMostCurves = 20;
struct Grouping {
    std::map<std::string, std::vector<std::size_t>> groups;  // indices of points
    bool curves = true;                                      // at most one point for each x
};
Grouping group_points(const std::vector<SweepPoint>& points, const SweptQuantity* along);

// "inner_bits" of datapath.inner_bits.
std::string short_axis(const std::string& axis);

}  // namespace macaw::reports
