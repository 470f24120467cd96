// The search of a sweep: every candidate is asked of the cost model, and only the points on its first Pareto
// fronts stay in the sweep, to be synthesised. They keep what was modelled of them, so that the model's error
// is seen on exactly the chosen points.
#pragma once

#include "cli/sweep_config.hpp"
#include "golden/support/csv.hpp"
#include "reports/tables/sweep_point.hpp"

namespace macaw::cli {

struct Screening {
    std::size_t candidates = 0;
    std::size_t chosen = 0;
    std::size_t extrapolated = 0;  // of the chosen ones: outside the model's training range
    double seconds = 0;            // of modelling all candidates
    Table table;                   // a row a candidate: axes, modelled figures, chosen or not
};

// Reduces sweep.points, the candidates, to the chosen ones. Errors: a cost model that does not cover a
// candidate.
Expected<Screening> choose_points(SweepConfig& sweep);

// Adds to a measured point what was modelled of it, and modelled / measured - 1 for each figure that it has
// both of: cost__area__error__percent.
void add_modelled(const SweepConfigPoint& chosen, reports::SweepPoint& point);

// Modelled beside measured, a row a point and figure.
Table modelled_beside_measured(const std::vector<reports::SweepPoint>& points);
// "area: median 3.1 %, 90th percentile ..." a figure; empty where nothing was modelled and measured.
std::string modelled_errors_text(const std::vector<reports::SweepPoint>& points);

}  // namespace macaw::cli
