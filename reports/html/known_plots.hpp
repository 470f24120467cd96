// The tables that macaw's own steps write, and what is drawn from them. A table is recognised by its file
// name and its columns; any other table is shown without a plot. A cell that is not a finite number is not
// drawn, and the caption then says how many were left out.
#pragma once

#include <string>
#include <vector>

#include "reports/html/plot.hpp"
#include "reports/html/step.hpp"

namespace macaw::reports {

struct PlotSet {
    std::vector<XyPlot> curves;
    std::vector<BarPlot> bars;
};

// Plots of one table; `all` gives reference lines (the float perplexity). Names start with `step_id`.
PlotSet known_plots(const std::string& step_id, const StepTable& table, const Metrics& all);

}  // namespace macaw::reports
