// One case of the fuzzer: a configuration and everything that is played to it. As YAML it is a file of its
// own, read by `macaw fuzz --replay`:
//
//     note: what this case is, for a reader
//     datapath: {…}              as in a configuration
//     array: {…}
//     stalls: {source: 30, sink: 0, seed: 1}         percent of the cycles
//     groups:                    dot products that follow each other without a gap; rows x columns of each
//     length
//       - activations: [[1, 2, 3]]                   [R, K]
//         weights: [[1, -1, 0]]                      [C, K]
#pragma once

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "hw/array/array_driver.hpp"
#include "hw/array/random_configuration.hpp"

namespace macaw::sim {

struct FuzzCase {
    hw::RandomConfiguration configuration;
    std::vector<hw::Group> groups;
    hw::StallPercent stalls;
    std::uint64_t seed = 1;  // of the stalls
    std::string note;

    // Codes of all groups: what shrinking makes less of.
    std::int64_t codes() const;
};

FuzzCase random_case(std::uint64_t seed);

// The case in another configuration: rows and columns that are gone take their data with them, codes are
// brought into the new ranges.
FuzzCase adapted(const FuzzCase& from, const hw::RandomConfiguration& configuration);

Expected<void> write_case(const std::filesystem::path& file, const FuzzCase& fuzz_case);
tl::expected<FuzzCase, Errors> read_case(const std::filesystem::path& file);

// "weight_stationary 2x2 …, W4A8 …, 3 groups, 24 codes"
std::string to_string(const FuzzCase& fuzz_case);

}  // namespace macaw::sim
