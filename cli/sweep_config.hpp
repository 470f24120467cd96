// A sweep: a base configuration, keys to set in it, and axes. The keys of one axis advance together; several
// axes make a grid, the last one fastest.
//
//     name: inner_bits
//     base: ../demo.yaml
//     set: {comparison.inner_bits: []}
//     axes:
//       - datapath.inner_bits: [12, 16]
//         datapath.outer_bits: [16, 20]
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "cli/run_config.hpp"

namespace macaw::cli {

struct SweepConfigPoint {
    std::string name;  // "inner_bits_12": of its folder
    std::vector<std::pair<std::string, std::string>>
        axes;  // (first key of the axis without its section, value)
    RunConfig config;
};

struct SweepConfig {
    std::string name;
    std::vector<SweepConfigPoint> points;
};

// Every point is read and validated like a configuration of its own; all errors at once.
tl::expected<SweepConfig, Errors> read_sweep_config(const std::filesystem::path& file);

}  // namespace macaw::cli
