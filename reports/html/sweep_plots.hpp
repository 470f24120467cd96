// The plots of a sweep's report: figures against the accumulator's width, perplexity against what it costs
// with the Pareto front, and how area and power divide over the modules. Every mark leads to the figure's
// origin.
#pragma once

#include <vector>

#include "golden/support/error.hpp"
#include "reports/html/plot.hpp"
#include "reports/html/provenance.hpp"
#include "reports/tables/sweep_point.hpp"

namespace macaw::reports {

// `traces` has one entry a point. Plots without data are left out.
std::vector<XyPlot> width_plots(const std::vector<SweepPoint>& points, const std::vector<TraceMap>& traces);
std::vector<XyPlot> frontier_plots(const std::vector<SweepPoint>& points,
                                   const std::vector<TraceMap>& traces);

// Area and power of the chosen points, a bar each, stacked by module, from the tables of their steps.
Expected<std::vector<BarPlot>> module_plots(const std::vector<SweepPoint>& points,
                                            const std::vector<std::size_t>& chosen, Provenance& provenance);

}  // namespace macaw::reports
