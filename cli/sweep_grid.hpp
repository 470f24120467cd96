// The grid of a sweep's axes: its combinations by number, those that are kept, and random draws from it. No
// combination is built before it is asked for, so that a grid may have more of them than memory holds.
#pragma once

#include <cstdint>

#include "cli/sweep_axes.hpp"
#include "cli/sweep_requirement.hpp"

namespace macaw::cli {

class SweepGrid {
  public:
    // The combinations number fewer than 2^63.
    SweepGrid(std::vector<Axis> axes, std::vector<Exclusion> exclusions,
              std::vector<Requirement> requirements)
        : axes_(std::move(axes)),
          exclusions_(std::move(exclusions)),
          requirements_(std::move(requirements)) {}

    std::uint64_t size() const;                // of all combinations, kept or not
    Setting at(std::uint64_t number) const;    // the last axis fastest
    bool keeps(const Setting& setting) const;  // neither excluded nor against a requirement

    // All that are kept, in the order of their numbers.
    std::vector<Setting> all() const;
    // `count` of them, drawn evenly and without repetition, in the order of their numbers: the same for the
    // same seed on every machine. Fewer where the grid has no more, or where after kMostDraws draws no more
    // were found.
    std::vector<Setting> draw(std::size_t count, std::uint64_t seed) const;
    static constexpr std::uint64_t kMostDraws = 10'000'000;

  private:
    std::vector<Axis> axes_;
    std::vector<Exclusion> exclusions_;
    std::vector<Requirement> requirements_;
};

}  // namespace macaw::cli
