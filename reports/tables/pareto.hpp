// The Pareto front: of points with several objectives, all to be minimised, those that no other point
// dominates. A point dominates another if it is nowhere larger and somewhere smaller; equal points dominate
// neither, so both stay. What is to be maximised is negated by the caller.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace macaw::reports {

// Name of an objective -> its value, smaller is better: {{"perplexity", 31.9}, {"area", 8.1e6}}.
using Objectives = std::map<std::string, double>;

// Indices of the points on the front, ascending. A point with a value that is not finite can be compared with
// nothing: it is not on the front and dominates no one. All points have the same names, or this throws.
std::vector<std::size_t> pareto_front(std::span<const Objectives> points);

}  // namespace macaw::reports
