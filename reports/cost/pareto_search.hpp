// Which of thousands of points to synthesise: those that no other dominates by the modelled objectives, then
// those that only they dominate, and so on (fronts peeled off one after the other) until the number is
// reached.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reports/tables/pareto.hpp"

namespace macaw::reports {

// Indices, ascending; at most `count`. `groups`: [points]; points of different groups never dominate each
// other. Where the last front has too many points, it is thinned evenly along its first objective, group by
// group. Points with an objective that is not finite are left out.
std::vector<std::size_t> best_by_fronts(std::span<const Objectives> points,
                                        std::span<const std::string> groups, std::size_t count);

}  // namespace macaw::reports
