// What a study of BOps says: how well the proxy follows flips, power and area over all units and within
// groups of them, and which units lie far from the line.
#pragma once

#include <array>

#include "golden/support/csv.hpp"
#include "golden/support/metrics.hpp"
#include "reports/bops/bops_point.hpp"

namespace macaw::reports {

// What is set against BOps.
enum class BopsQuantity { Flips, Power, Area };
inline constexpr std::array kBopsQuantities = {BopsQuantity::Flips, BopsQuantity::Power, BopsQuantity::Area};
std::string to_string(BopsQuantity quantity);  // "flips", "power", "area"
// flips a cycle, mW, um^2
double value_of(const BopsFigures& figures, BopsQuantity quantity);

struct BopsFit {
    double pearson = 0, spearman = 0;
    double offset = 0, slope = 0;  // least-squares line over BOps
    // Line over measured value, less 1: 0.2 where the proxy says 20 % too much. In the order of the results.
    std::vector<double> excess;
};
// At least 3 results of different BOps.
BopsFit fit_bops(const std::vector<BopsResult>& results, BopsQuantity quantity);

// One row a unit: figures, BOps, excess of each quantity.
Table bops_table(const std::vector<BopsResult>& results);

// One row a group of units with one K, M, N or P, or with an accumulator that cuts products, cuts the adder
// tree, or holds the exact sum of a beat: mean excess of each quantity, correlation inside the group.
Table bops_group_table(const std::vector<BopsResult>& results);

// One row a step of one parameter from one of its values to the next, all else equal: by what factor BOps and
// the quantities grow, as geometric means over the pairs of units.
Table bops_step_table(const std::vector<BopsResult>& results);

std::string bops_markdown(const BopsConfig& config, const FormLibrary& library,
                          const std::vector<BopsResult>& results);
Metrics bops_metrics(const BopsConfig& config, const FormLibrary& library,
                     const std::vector<BopsResult>& results);

}  // namespace macaw::reports
