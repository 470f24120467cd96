#include "sim/coverage/coverage_goals.hpp"

namespace macaw::sim {

std::vector<CoverageGoal> coverage_goals(const AccumulatorCoverage& coverage,
                                         const std::vector<DirectedGoal>& directed) {
    std::vector<CoverageGoal> goals;
    for (const DirectedGoal& goal : directed)
        for (int stall = 0; stall < kStallContexts; ++stall) {
            Bin bin = goal.bin;
            bin.stall = static_cast<StallContext>(stall);
            std::int64_t hits = coverage.hits(bin);
            if (hits > 0 && !goal.unreachable.empty())
                throw std::logic_error("functional coverage: a bin that was proven unreachable was hit: " +
                                       to_string(bin, coverage.datapath()));
            std::string excluded = goal.unreachable;
            if (excluded.empty() && hits == 0) excluded = goal.out_of_length;
            goals.push_back({bin, hits, excluded});
        }
    return goals;
}

CoverageSummary summarize(const std::vector<CoverageGoal>& goals) {
    CoverageSummary summary;
    for (const CoverageGoal& goal : goals) {
        summary.goals += goal.excluded.empty() ? 1 : 0;
        summary.hit += goal.excluded.empty() && goal.hits > 0 ? 1 : 0;
        summary.excluded += goal.excluded.empty() ? 0 : 1;
    }
    return summary;
}

}  // namespace macaw::sim
