// The stimulus of a sign-off, played through the C++ model: jobs with what golden expects of them, the values
// of all ports in every cycle, and the functional coverage that they reach.
#pragma once

#include <vector>

#include "hw/rtl/design.hpp"
#include "sim/coverage/coverage_goals.hpp"
#include "sim/coverage/protocol_coverage.hpp"
#include "sim/signoff/playlist.hpp"

namespace macaw::sim {

struct PlayedJob {
    std::string name;
    std::vector<std::int64_t> lengths;  // K of each group
    job::Job job;
    std::vector<golden::DotProduct> expected;  // [groups, R, C]
    PortTrace trace;                           // in the C++ model
    Expected<job::Result> model;               // its recording
};

struct SignoffStimulus {
    golden::Datapath datapath;
    hw::ArrayConfig array;
    std::vector<PlayedJob> jobs;
    std::vector<CoverageGoal> coverage;
    ProtocolCoverage protocol;
};

// What is aimed at behind the jobs: a negative control leaves some of it out.
struct DirectedStimulus {
    std::vector<DirectedGoal> goals;
    std::vector<StallContext> contexts = {StallContext::None, StallContext::Input, StallContext::Output,
                                          StallContext::Weights};
};

// Plays the jobs, then directed vectors for the bins that they missed, in as many rounds as it takes or until
// a further round gains nothing. Coverage counts only jobs in which model and golden agree. std::logic_error
// where golden and the trace that coverage is counted from differ.
Expected<SignoffStimulus> play_stimulus(const rtl::Design& design, const golden::Datapath& datapath,
                                        const hw::ArrayConfig& array, const std::vector<SignoffJob>& jobs,
                                        const DirectedStimulus& directed);
// With all directed vectors.
Expected<SignoffStimulus> play_stimulus(const rtl::Design& design, const golden::Datapath& datapath,
                                        const hw::ArrayConfig& array, const std::vector<SignoffJob>& jobs);

}  // namespace macaw::sim
