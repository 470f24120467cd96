// Plays a sample of an array's port stimulus on its netlist: 64 segments of the stimulus at a time, each from
// reset at the start of a dot product. Every output is compared with golden::dot_product (a mismatch is an
// error), so that the toggles that are counted are those of a netlist that computes the right values.
//
// The sample: segments of equal length, dealt out to the layers in proportion to their cycles, at least one a
// layer, and spread evenly over each layer with a seeded offset. A segment that reaches the end of its layer
// goes on in the next one. Inputs are always valid and outputs always
// ready.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "golden/datapath.hpp"
#include "sim/netlist/netlist.hpp"
#include "sim/stimulus.hpp"

namespace macaw::sim {

struct ReplayOptions {
    std::int64_t segments = 128;            // a multiple of 64
    std::int64_t cycles_per_segment = 512;  // counted, behind the warm-up
    std::uint64_t seed = 1;
};

// Where a segment starts: a block is one dot product of every row and column.
struct SegmentStart {
    std::size_t layer = 0;
    std::int64_t block = 0;  // token_group * column_groups + column_group
    bool operator==(const SegmentStart&) const = default;
};

// Errors: fewer segments than layers.
Expected<std::vector<SegmentStart>> plan_segments(const Stimulus& stimulus, const ReplayOptions& options);

struct Activity {
    std::vector<std::uint64_t> toggles;      // [nets] over all counted cycles
    std::vector<std::uint64_t> ones;         // [nets] counted cycles in which the net is 1; or empty
    std::int64_t cycles = 0;                 // counted, of all segments
    std::int64_t warm_up_cycles = 0;         // of one segment: reset, and until the first results have left
    std::int64_t beats = 0;                  // accepted in counted cycles
    std::int64_t outputs = 0;                // compared with golden
    std::vector<std::int64_t> layer_cycles;  // [layers] counted
    std::vector<std::int64_t> layer_beats;   // [layers] accepted in them
    // Sums over the nets of weight times toggles: [layers], by what stands at the input ports, and
    // [segments], in the order of plan_segments.
    std::vector<double> layer_weighted_toggles;
    std::vector<double> segment_weighted_toggles;

    double toggles_per_cycle(NetId net) const {
        return static_cast<double>(toggles[net]) / static_cast<double>(cycles);
    }
    double static_probability(NetId net) const {
        return static_cast<double>(ones[net]) / static_cast<double>(cycles);
    }
};

// `datapath` is that of the RTL behind the netlist (its overflow modes may differ from the stimulus' own).
// weights: [nets], of one toggle, for Activity::layer_weighted_toggles and the like.
Expected<Activity> replay(const FlatNetlist& netlist, const Stimulus& stimulus,
                          const golden::Datapath& datapath, const ReplayOptions& options,
                          std::span<const double> weights);

}  // namespace macaw::sim
