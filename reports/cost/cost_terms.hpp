// The shape of the cost model: which amounts of a point its figures are sums of. A figure is
// sum(coefficient * amount) with coefficients that are fitted and never negative.
//
//   area     um^2  = what one of each count takes
//   leakage  mW    = likewise
//   period   ns    = a fixed part (clock to output, setup) + what each part of the longest path takes
//   dynamic  pJ a cycle = clock pins of all flip-flops + toggles of the operands * what one of each count
//   takes
//                  power is dynamic * clock + leakage
#pragma once

#include <string>
#include <vector>

#include "reports/cost/activity_statistics.hpp"
#include "reports/cost/point_features.hpp"

namespace macaw::reports {

enum class CostFigure { Area, Period, Dynamic, Leakage };
inline constexpr std::array<CostFigure, 4> kCostFigures = {CostFigure::Area, CostFigure::Period,
                                                           CostFigure::Dynamic, CostFigure::Leakage};
std::string to_string(CostFigure figure);  // "area"

// Names of the amounts of a figure, in the order of terms_of().
std::vector<std::string> term_names(CostFigure figure);
// `toggles`: of the operands, a cycle (operand_toggles); of Dynamic only.
std::vector<double> terms_of(CostFigure figure, const PointFeatures& features, double toggles);

}  // namespace macaw::reports
