// `synth.recipe: best`: all recipes are tried and one is chosen by a rule that needs no judgement: the
// smallest area among those whose least period meets the clock; where none does, the shortest period.
#pragma once

#include <span>

#include "golden/support/csv.hpp"
#include "reports/silicon/options.hpp"

namespace macaw::reports {

struct RecipeCandidate {
    Recipe recipe = Recipe::Balanced;
    double area = 0;       // um^2
    double period_ns = 0;  // least
};

// Index of the chosen one; of equal ones the first. `candidates` is not empty.
std::size_t choose_recipe(std::span<const RecipeCandidate> candidates, double clock_period_ns);

// One row a candidate, the chosen one marked: recipes.csv.
Table recipe_table(std::span<const RecipeCandidate> candidates, double clock_period_ns);

}  // namespace macaw::reports
