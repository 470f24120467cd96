// What a port stimulus is like: how often its codes are zero and how often its bits change. Power follows
// from these more than from anything else, so they are told beside it.
#pragma once

#include "golden/support/metrics.hpp"
#include "sim/stimulus.hpp"

namespace macaw::sim {

// Of one port, padding included, as the array sees it.
struct PortStatistics {
    std::int64_t codes = 0;
    std::int64_t zero_codes = 0;
    std::int64_t bit_steps = 0;  // bits of the port x pairs of successive beats of a group
    std::int64_t toggles = 0;    // of these, changes

    double zero_share() const;   // 0 .. 1
    double toggle_rate() const;  // of a bit, per beat, 0 .. 1
    PortStatistics& operator+=(const PortStatistics& other);
};

struct StimulusStatistics {
    PortStatistics activations;
    PortStatistics weights;
    std::int64_t tokens = 0;          // of every layer
    std::int64_t macs_per_token = 0;  // of all layers together
};

StimulusStatistics statistics_of(const Stimulus& stimulus);

// stimulus__tokens__count, stimulus__macs__per_token__count, and of either port
// stimulus__{activations,weights}__{zero,toggle_rate}__ratio.
Metrics stimulus_metrics(const Stimulus& stimulus);

}  // namespace macaw::sim
