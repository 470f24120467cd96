// A sweep: a base configuration, keys to set in it, and axes whose combinations are the points
// (sweep_axes.hpp).
//
//     name: best
//     base: ../tables/base.yaml            # paths in the configuration are relative to this file
//     steps: silicon                       # all (as macaw run; left out), quality, hardware, silicon
//     set: {comparison.inner_bits: []}
//     axes:
//       - datapath.inner_bits: [12, 16]    # keys of one axis advance together; several axes make a grid
//         datapath.outer_bits: [16, 20]
//     exclude:                             # combinations that make no sense
//       - {algorithm: rtn, constraint: [axe, none]}
//     require:                             # likewise (sweep_requirement.hpp)
//       - datapath.inner_bits <= datapath.outer_bits
//     sample: {points: 200, seed: 1}       # so many combinations, at random (sweep_search.hpp)
//     search: {cost_model: ...}            # or those that the cost model says are best
//     select: {per: inner_bits}            # evaluate only the best of each width, by the validation text
//     validation: {text: other.txt, first_window: 64, windows: 64}
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/run_config.hpp"
#include "cli/sweep_search.hpp"
#include "golden/support/metrics.hpp"

namespace macaw::cli {

// Which steps a point consists of. All: those of macaw run, with a co-simulation and a report of its own.
// Quality: quantize, bound, perplexity. Hardware: generate, stimulate (random codes), synth. Silicon: quality
// and hardware, on the quantized layers; the netlist's outputs are compared with golden, nothing is
// Verilated.
enum class SweepSteps { All, Quality, Hardware, Silicon };
std::string to_string(SweepSteps steps);

struct SweepConfigPoint {
    std::string name;                                       // "inner_bits_12": of its folder
    std::vector<std::pair<std::string, std::string>> axes;  // (name, value) as a reader sees it
    RunConfig config;
    std::optional<RunConfig> validation;  // where there is a selection: the same with the validation text
    std::string group;                    // of a selection or a search: points of one group compete
    Metrics modelled = {};                // of a search: what the cost model says of the point
    bool is_training_point = false;       // likewise: the model was fitted on this very point
};

struct SweepConfig {
    std::string name;
    std::string title;  // of its tables; the name where there is none
    SweepSteps steps = SweepSteps::All;
    std::vector<std::string> select_per;  // names of axes; empty: no selection
    std::optional<SweepSearch> search;
    std::vector<SweepConfigPoint>
        points;  // with a search: its candidates (choose_points in sweep_screening.hpp)
};

// Every point is read and validated like a configuration of its own; all errors at once.
tl::expected<SweepConfig, Errors> read_sweep_config(const std::filesystem::path& file);

}  // namespace macaw::cli
