// The frontier of a sweep: its Pareto-optimal points in perplexity, area and energy, as far as the points
// have these figures. A point that lacks one of them, because it failed or was not synthesised, is left out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/tables/sweep_point.hpp"

namespace macaw::reports {

struct Frontier {
    std::vector<std::string> keys;    // of the objectives, all to be minimised
    std::vector<std::size_t> points;  // indices, by the first objective
    std::size_t left_out = 0;
};

// Of the objectives that any point has; without two of them there is no trade-off and no frontier (no keys).
Frontier frontier_of(const std::vector<SweepPoint>& points);

// The same for objectives of choice.
Frontier frontier_of(const std::vector<SweepPoint>& points, const std::vector<std::string>& keys);

// A figure as a number, or none.
std::optional<double> figure_of(const SweepPoint& point, const std::string& key);

}  // namespace macaw::reports
