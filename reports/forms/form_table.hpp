// What the points of a comparison say: for each library and unit the best structural form against the best
// behavioural variant, over all forms and recipes, by area x least period. Behavioural is what leaves the
// circuit to the synthesis tool: `*` and `+`, and the plain RTL.
#pragma once

#include "golden/support/csv.hpp"
#include "golden/support/metrics.hpp"
#include "reports/forms/form_point.hpp"

namespace macaw::reports {

struct FormComparison {
    std::size_t library = 0;
    hw::DotProductShape unit;
    // Of least area x period; none where no such point was synthesised.
    const FormResult* behavioural = nullptr;
    const FormResult* structural = nullptr;
    const FormResult* resolved = nullptr;  // structural without the registers of a carry-save accumulator
};

// Relative to the best behavioural variant: -0.45 is 45 % less.
struct FormDelta {
    double area = 0, period = 0, product = 0;
    bool is_no_worse() const { return area <= 0 && period <= 0; }
};
FormDelta delta(const FormFigures& figures, const FormFigures& behavioural);

// In the order of the results, which outlive them.
std::vector<FormComparison> compare_forms(const std::vector<FormResult>& results);

// No other point of the same library and unit is as good in area and period and better in one.
bool is_pareto(const FormResult& result, const std::vector<FormResult>& results);

// Every structural point against the one with the next narrower accumulator and else the same.
struct AreaGrowth {
    std::int64_t compared = 0;
    std::vector<std::string> not_growing;  // in words: points whose area is not larger
};
AreaGrowth area_growth(const std::vector<FormResult>& results, const std::vector<FormLibrary>& libraries);

// One row a point: unit, form, recipe, figures, deltas to the best behavioural variant, Pareto.
Table form_table(const std::vector<FormResult>& results, const std::vector<FormLibrary>& libraries);

// Title, a table for each library, what does not grow, where the figures come from. Reads as text, too.
std::string form_markdown(const std::string& title, const std::vector<FormResult>& results,
                          const std::vector<FormLibrary>& libraries);

Metrics form_metrics(const std::vector<FormResult>& results, const std::vector<FormLibrary>& libraries);

}  // namespace macaw::reports
