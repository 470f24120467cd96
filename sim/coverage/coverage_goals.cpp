#include "sim/coverage/coverage_goals.hpp"

namespace macaw::sim {

// In a weight-stationary array a token of a first tile takes one of the R outer accumulators of each column
// and keeps it until its result has left (weight_stationary_control.cpp, used_rows); a pass of R tokens opens
// when its weights are there. Hence what is said here.
std::string stall_problem(const Bin& bin, const hw::ArrayConfig& array) {
    if (array.dataflow == hw::Dataflow::OutputStationary)
        return bin.stall == StallContext::Weights ? "weights come with the activations, on one stream" : "";
    const bool is_outer = bin.level == Level::Outer;
    const bool is_later_tile = bin.position == Position::Middle || bin.position == Position::Last;
    if (bin.stall == StallContext::Output) {
        if (array.rows == 1)
            return "no token is taken while a result waits: it needs the only outer accumulator";
        if (is_outer && bin.position == Position::Middle)
            return "no result waits: the open dot products hold all outer accumulators";
    }
    if (bin.stall == StallContext::None && array.rows == 1 && is_outer && is_later_tile)
        return "a pass of one token waits for its weights, unless its sender pauses";
    return {};
}

std::vector<CoverageGoal> coverage_goals(const AccumulatorCoverage& coverage,
                                         const std::vector<DirectedGoal>& directed,
                                         const hw::ArrayConfig& array) {
    std::vector<CoverageGoal> goals;
    for (const DirectedGoal& goal : directed)
        for (int stall = 0; stall < kStallContexts; ++stall) {
            Bin bin = goal.bin;
            bin.stall = static_cast<StallContext>(stall);
            std::int64_t hits = coverage.hits(bin);
            const std::string unreachable =
                goal.unreachable.empty() ? stall_problem(bin, array) : goal.unreachable;
            if (hits > 0 && !unreachable.empty())
                throw std::logic_error("functional coverage: a bin that was proven unreachable was hit: " +
                                       to_string(bin, coverage.datapath()));
            std::string excluded = unreachable;
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
