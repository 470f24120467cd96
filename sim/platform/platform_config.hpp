// What surrounds the array in the simulated platform: a memory with two channels, as AXI has them, and the
// buffers between it and the array. YAML:
//
//     platform:
//       bytes_per_cycle: 64   # of each channel; reads and writes do not disturb each other
//       latency: 40           # cycles from a request to its first byte, from a row to its acknowledgement
//       operand_buffers: 4    # blocks of operands on chip or on their way; 1: nothing overlaps
//       result_rows: 32       # rows of results that may wait for the memory
//       tokens: 64            # simulated in each layer
#pragma once

#include <vector>

#include "golden/datapath.hpp"
#include "golden/support/file.hpp"
#include "golden/support/yaml.hpp"

namespace macaw::sim {

struct PlatformConfig {
    int bytes_per_cycle = 64;  // B
    int latency = 40;          // cycles
    int operand_buffers = 4;   // D
    int result_rows = 32;      // Q
    int tokens = 64;
    bool operator==(const PlatformConfig&) const = default;
};

// Everything wrong with the values, all at once.
std::vector<golden::DatapathProblem> validate(const PlatformConfig& config);

// Reads the YAML mapping `platform:` and records all errors, those of validate() included.
PlatformConfig read_platform(YamlMapping yaml);
Json to_json(const PlatformConfig& config);
std::string to_string(const PlatformConfig& config);

}  // namespace macaw::sim
