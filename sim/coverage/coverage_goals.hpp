// Where functional coverage stands: each bin with its hits, or with the reason why it is none of the goals.
#pragma once

#include <string>
#include <vector>

#include "sim/coverage/directed_vectors.hpp"

namespace macaw::sim {

struct CoverageGoal {
    Bin bin;
    std::int64_t hits = 0;
    std::string excluded;  // why no goal: proven unreachable, or too long a dot product; empty for a goal
    bool is_hole() const { return excluded.empty() && hits == 0; }
};

struct CoverageSummary {
    std::int64_t goals = 0;
    std::int64_t hit = 0;
    std::int64_t excluded = 0;
    double percent() const {
        return goals > 0 ? 100.0 * static_cast<double>(hit) / static_cast<double>(goals) : 100.0;
    }
};

// Why no beat of this array that brings an accumulator to such a place meets the array so; empty where one
// may.
std::string stall_problem(const Bin& bin, const hw::ArrayConfig& array);

// All bins. A bin that was hit is a goal, whatever was derived about it: then std::logic_error, as the
// derivation is wrong.
std::vector<CoverageGoal> coverage_goals(const AccumulatorCoverage& coverage,
                                         const std::vector<DirectedGoal>& directed,
                                         const hw::ArrayConfig& array);
CoverageSummary summarize(const std::vector<CoverageGoal>& goals);

}  // namespace macaw::sim
