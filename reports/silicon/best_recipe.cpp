#include "reports/silicon/best_recipe.hpp"

#include "golden/support/error.hpp"

namespace macaw::reports {

std::size_t choose_recipe(std::span<const RecipeCandidate> candidates, double clock_period_ns) {
    require(!candidates.empty(), "choose_recipe: no candidate");
    auto meets = [&](const RecipeCandidate& one) { return one.period_ns <= clock_period_ns; };
    auto better = [&](const RecipeCandidate& a, const RecipeCandidate& b) {
        if (meets(a) != meets(b)) return meets(a);
        return meets(a) ? a.area < b.area : a.period_ns < b.period_ns;
    };
    std::size_t best = 0;
    for (std::size_t i = 1; i < candidates.size(); ++i)
        if (better(candidates[i], candidates[best])) best = i;
    return best;
}

Table recipe_table(std::span<const RecipeCandidate> candidates, double clock_period_ns) {
    Table table({"recipe", "area_um2", "period_ns", "fmax_mhz", "clock_period_ns", "meets_clock", "chosen"});
    const std::size_t chosen = choose_recipe(candidates, clock_period_ns);
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const RecipeCandidate& one = candidates[i];
        table.add_row({to_string(one.recipe), one.area, one.period_ns, 1000 / one.period_ns, clock_period_ns,
                       one.period_ns <= clock_period_ns, i == chosen});
    }
    return table;
}

}  // namespace macaw::reports
