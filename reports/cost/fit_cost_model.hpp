// Fits the cost model on synthesised points and tells its error on points that it never saw.
//
// Of every group (library, recipe, arithmetic) a share of the points is held out, drawn with the seed. Each
// figure is fitted by least squares on the relative error over the other points, with coefficients that are
// not negative. The coefficients that are written are those whose errors are published: there is no second
// fit.
#pragma once

#include "reports/cost/cost_model.hpp"
#include "reports/cost/training_point.hpp"

namespace macaw::reports {

struct FitOptions {
    double hold_out = 0.25;  // share of the points of a group, 0 < hold_out < 1
    std::uint64_t seed = 1;
};

// In a fit; a group with fewer is left out.
inline constexpr std::size_t kLeastTrainingPoints = 12;

// Indices that are held out of `count`: at least one, a function of the arguments alone.
std::vector<bool> held_out_of(std::size_t count, const FitOptions& options);

// Errors: no group has enough points. `left_out`: in words, groups that had too few.
Expected<CostModel> fit_cost_model(const std::vector<TrainingPoint>& points, const FitOptions& options,
                                   std::vector<std::string>& left_out);

// The table of errors, for people.
std::string error_table(const CostModel& model);

}  // namespace macaw::reports
