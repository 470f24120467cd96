// See stimulus.hpp.
#include "sim/signoff/stimulus.hpp"

#include <array>

#include "golden/support/parallel.hpp"
#include "golden/support/progress.hpp"
#include "sim/comparison.hpp"
#include "sim/model/model_array.hpp"

namespace macaw::sim {

namespace {

constexpr int kRounds = 24;
constexpr int kFruitlessRounds = 9;
constexpr std::size_t kGroupsOfDirectedJob = 96;

PlayedJob describe(const SignoffJob& source, const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    PlayedJob played{source.name,
                     {},
                     make_job(source, datapath, array),
                     expected_outputs(source.groups, datapath, array),
                     {},
                     job::Result{}};
    for (const hw::Group& group : source.groups) played.lengths.push_back(group.length);
    return played;
}

class Player {
  public:
    Player(const rtl::Design& design, SignoffStimulus& stimulus)
        : design_(design), stimulus_(stimulus), coverage_(stimulus.datapath) {}

    // Plays all, on all cores, and counts their coverage in order.
    Expected<void> play(const std::vector<SignoffJob>& sources) {
        std::vector<PlayedJob> played;
        for (const SignoffJob& source : sources)
            played.push_back(describe(source, stimulus_.datapath, stimulus_.array));
        MACAW_CHECK(parallel_for(played.size(), [&](std::size_t at) -> Expected<void> {
            PlayedJob& job = played[at];
            job.model = run_model(design_, job.job, &job.trace);
            if (!job.model && job.model.error().kind == ErrorKind::Interrupted)
                return fail(job.model.error());
            return {};
        }));
        for (std::size_t at = 0; at < played.size(); ++at) {
            if (agrees(played[at])) {
                coverage_.add(sources[at].groups, played[at].expected, stimulus_.array, played[at].trace);
                stimulus_.protocol.add(played[at].trace);
            }
            stimulus_.jobs.push_back(std::move(played[at]));
        }
        return {};
    }
    const AccumulatorCoverage& coverage() const { return coverage_; }

  private:
    bool agrees(const PlayedJob& job) const {
        if (!job.model) return false;
        Outputs outputs = decode(*job.model, stimulus_.datapath, stimulus_.array);
        return compare_paired("C++ model", job.expected, outputs, stimulus_.datapath).mismatches == 0;
    }

    const rtl::Design& design_;
    SignoffStimulus& stimulus_;
    AccumulatorCoverage coverage_;
};

// Long dot products meet a refused row best when the receiver is slow; short ones when the sender is slower
// still, as a full array takes beats only between two results. In a weight-stationary array the last tile
// meets the results of its own first tokens where the others come late and these wait, with the weights in
// time; a token waits for nothing but its sender where that is slowest.
Stalls stalls_of(StallContext context, const golden::Datapath& datapath, const hw::ArrayConfig& array,
                 int round, std::uint64_t seed) {
    if (context == StallContext::None) return {seed, 0, 0, {}};
    const bool has_passes = array.dataflow == hw::Dataflow::WeightStationary;
    const int slow = has_passes ? slow_sender_per_256(datapath, array) : 236;
    if (context == StallContext::Input) return {seed, has_passes && round % 2 == 1 ? slow : 128, 0, 0};
    if (context == StallContext::Weights) return {seed, 0, 0, 128};
    const std::array<int, 3> rates[] = {{0, 240, 0}, {slow, has_passes ? slow : 190, 0}, {200, 230, 200}};
    const auto [input, output, weight] = rates[round % 3];
    return {seed, input, output, weight};
}

// The groups that the bins of one stall context still need. A dot product of one beat stands in front of
// each: its outputs are what the receiver refuses while the directed beats come. Few groups are repeated, as
// only some of their beats meet the stall.
std::vector<hw::Group> missing_groups(const std::vector<DirectedGoal>& goals,
                                      const AccumulatorCoverage& coverage, const hw::ArrayConfig& array,
                                      StallContext context) {
    hw::Group filler{1, {}, {}};
    filler.activations.assign(static_cast<std::size_t>(array.rows), 1);
    filler.weights.assign(static_cast<std::size_t>(array.columns), 1);
    std::vector<hw::Group> groups;
    for (const DirectedGoal& goal : goals) {
        Bin bin = goal.bin;
        bin.stall = context;
        if (!goal.group || coverage.hits(bin) > 0 || !stall_problem(bin, array).empty()) continue;
        if (context == StallContext::Output) groups.push_back(filler);
        groups.push_back(*goal.group);
    }
    const std::size_t once = groups.size();
    while (context != StallContext::None && once > 0 && groups.size() + once <= kGroupsOfDirectedJob)
        for (std::size_t at = 0; at < once; ++at) groups.push_back(groups[at]);
    return groups;
}

std::vector<SignoffJob> directed_jobs(const DirectedStimulus& directed, const golden::Datapath& datapath,
                                      const AccumulatorCoverage& coverage, const hw::ArrayConfig& array,
                                      int round) {
    static constexpr const char* kNames[] = {"", ", sender pauses", ", receiver stalls",
                                             ", weights come late"};
    std::vector<SignoffJob> jobs;
    for (StallContext context : directed.contexts) {
        const auto stall = static_cast<int>(context);
        std::vector<hw::Group> groups = missing_groups(directed.goals, coverage, array, context);
        for (std::size_t first = 0; first < groups.size(); first += kGroupsOfDirectedJob) {
            auto begin = groups.begin() + static_cast<std::ptrdiff_t>(first);
            auto end = groups.begin() +
                       static_cast<std::ptrdiff_t>(std::min(groups.size(), first + kGroupsOfDirectedJob));
            auto seed = static_cast<std::uint64_t>(100 * round + stall) + 10000 * (1 + jobs.size());
            jobs.push_back({fmt::format("directed vectors{}, round {}", kNames[stall], round + 1),
                            {begin, end},
                            stalls_of(context, datapath, array, round, seed),
                            0,
                            0});
        }
    }
    return jobs;
}

std::int64_t holes(const std::vector<CoverageGoal>& goals) {
    std::int64_t count = 0;
    for (const CoverageGoal& goal : goals) count += goal.is_hole() ? 1 : 0;
    return count;
}

}  // namespace

Expected<SignoffStimulus> play_stimulus(const rtl::Design& design, const golden::Datapath& datapath,
                                        const hw::ArrayConfig& array, const std::vector<SignoffJob>& jobs,
                                        const DirectedStimulus& directed) {
    SignoffStimulus stimulus;
    stimulus.datapath = datapath;
    stimulus.array = array;
    Player player(design, stimulus);
    MACAW_CHECK(player.play(jobs));
    auto state = [&] { return coverage_goals(player.coverage(), directed.goals, array); };
    std::int64_t missing = holes(state());
    int fruitless = 0;
    for (int round = 0; round < kRounds && missing > 0 && fruitless < kFruitlessRounds; ++round) {
        MACAW_CHECK(player.play(directed_jobs(directed, datapath, player.coverage(), array, round)));
        std::int64_t left = holes(state());
        fruitless = left < missing ? 0 : fruitless + 1;
        missing = left;
    }
    stimulus.coverage = state();
    return stimulus;
}

Expected<SignoffStimulus> play_stimulus(const rtl::Design& design, const golden::Datapath& datapath,
                                        const hw::ArrayConfig& array, const std::vector<SignoffJob>& jobs) {
    return play_stimulus(design, datapath, array, jobs, {directed_goals(datapath, array)});
}

}  // namespace macaw::sim
