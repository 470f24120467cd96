// clang-format off
// How a sweep chooses what to synthesise:
//
//     sample: {points: 200, seed: 1}      # so many of the grid, at random
//
//     search:                             # the best of the grid, by the cost model
//       cost_model: cost_model.json       # of macaw cost fit; relative to this file
//       minimise: [area, energy_per_mac]  # modelled: area, period, power, energy_per_mac; or an axis with numbers
//       maximise: [inner_bits]            # modelled: throughput; or an axis with numbers
//       per: [weight_bits]                # axes whose values have fronts of their own; left out: one front
//       candidates: 5000                  # of the grid at random; all where there are no more
//       synthesise: 40
//       seed: 1
// clang-format on
//
// The cost model covers hardware. Model quality is never modelled: make the widths that decide it objectives
// or `per`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/sweep_axes.hpp"

namespace macaw::cli {

struct SweepSample {
    std::int64_t points = 0;
    std::uint64_t seed = 1;
};

struct SearchObjective {
    std::string name;
    bool is_maximised = false;
};

struct SweepSearch {
    std::filesystem::path cost_model;
    std::vector<SearchObjective> objectives;
    std::vector<std::string> per;
    std::int64_t candidates = 5000;
    std::int64_t synthesise = 40;
    std::uint64_t seed = 1;
};

// What the cost model has a figure for.
bool is_modelled(const std::string& objective);

// The keys `sample` and `search`; none where they are absent. Record all errors.
std::optional<SweepSample> read_sample(YamlMapping& root);
std::optional<SweepSearch> read_search(YamlMapping& root, const std::vector<Axis>& axes);

}  // namespace macaw::cli
