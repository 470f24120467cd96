// What the silicon step is asked to do: which cell library, which synthesis recipe, at which clock, and how
// large a sample of the stimulus decides the power. YAML:
//
//     synth:
//       library: osu018            # a name, a Liberty file, or a list of files (.lib or .lib.gz)
//       recipe: balanced           # balanced | least_area | fastest | least_area_sized | best
//       clock_mhz: 100             # of the power figures, and what recipe `best` has to meet; the least
//       period does
//                                  # not depend on it
//       power: {segments: 128, cycles: 512, seed: 1}
//                                  # and saif: true: activity.saif, for other tools; layers: [mlp]: only
//                                  # of layers with these words in their names
//       trap_twin: true            # false: leave the twin with overflow flags out
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "golden/datapath.hpp"
#include "golden/support/file.hpp"
#include "golden/support/yaml.hpp"

namespace macaw::reports {

// Named ABC scripts (recipe.hpp). All keep the hierarchy and map adder modules onto the library's adder
// cells.
enum class Recipe { Balanced, LeastArea, Fastest, LeastAreaSized };
const std::vector<std::pair<std::string, Recipe>>& recipe_words();
std::string to_string(Recipe recipe);

struct PowerSample {
    std::int64_t segments = 128;  // pieces of the stimulus, a multiple of 64
    std::int64_t cycles = 512;    // counted in each piece
    std::uint64_t seed = 1;
    bool saif = false;  // write activity.saif
    // Whole words of the names of the layers whose activity it is ("q_proj", "mlp", "layers.0"); none: all.
    std::vector<std::string> layers;
    bool operator==(const PowerSample&) const = default;
};

struct SiliconOptions {
    std::vector<std::string> library = {"osu018"};  // one known name, or the Liberty files of one library
    Recipe recipe = Recipe::Balanced;
    bool best_recipe = false;  // try all and choose by best_recipe.hpp; `recipe` is then not looked at
    double clock_mhz = 100;
    PowerSample power;
    bool trap_twin = true;  // also area and least period of the twin whose flags witness every overflow
    bool operator==(const SiliconOptions&) const = default;
};

// What is wrong with the names of one library.
std::vector<golden::DatapathProblem> validate_library(const std::vector<std::string>& library);

// Everything wrong with the values, all at once. That files exist is checked when they are read.
std::vector<golden::DatapathProblem> validate(const SiliconOptions& options);

// Reads the YAML mapping `synth:` and records all errors, those of validate() included.
SiliconOptions read_silicon_options(YamlMapping yaml);
Json to_json(const SiliconOptions& options);

}  // namespace macaw::reports
