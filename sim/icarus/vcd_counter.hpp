// Toggles of every bit of a VCD file, as Icarus writes it, and how long it is 1: each change of value counts,
// so a glitch counts twice. Changes from or to x and z are counted apart.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>

#include "golden/support/error.hpp"

namespace macaw::sim {

struct VcdToggles {
    // By name below the device under test, which stands one scope below the top: "path/name[bit]".
    std::unordered_map<std::string, std::uint64_t> counts;
    // By the same names: how long the bit was 1, from the first to the last time in the file, in its unit.
    std::unordered_map<std::string, std::uint64_t> high_times;
    std::uint64_t unknown_changes = 0;  // to or from x or z
};

// Errors: the file cannot be read, changes a variable that it does not declare, or has a
// time that is no number.
Expected<VcdToggles> count_vcd_toggles(const std::filesystem::path& file);

}  // namespace macaw::sim
