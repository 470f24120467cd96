// What one layer costs on the platform. The simulation counts these figures, the prediction derives them; the
// two must be equal.
//
// Every cycle from the start to the last acknowledgement is exactly one of: a beat was accepted (beats), a
// beat was due but its operands were not on chip (starved), a beat was offered and the array was busy with
// earlier results (blocked), all beats were in (tail).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace macaw::sim {

struct PlatformFigures {
    std::int64_t cycles = 0;
    std::int64_t beats = 0;
    std::int64_t starved_cycles = 0;
    std::int64_t blocked_cycles = 0;
    std::int64_t weight_wait_cycles = 0;  // of the blocked ones: the beat's weights were not in the array yet
    std::int64_t tail_cycles = 0;
    std::int64_t output_blocked_cycles = 0;  // a row of results was offered and the writer had no room
    std::int64_t read_busy_cycles = 0;       // the read channel moved data
    std::int64_t write_busy_cycles = 0;
    std::int64_t activation_bytes_read = 0;
    std::int64_t weight_bytes_read = 0;
    std::int64_t result_bytes_written = 0;

    bool operator==(const PlatformFigures&) const = default;
    PlatformFigures& operator+=(const PlatformFigures& other);
    double utilisation() const {
        return cycles > 0 ? static_cast<double>(beats) / static_cast<double>(cycles) : 0;
    }
};

// All members with their names, for tables and for messages.
struct NamedFigure {
    const char* name;  // "starved_cycles"
    std::int64_t PlatformFigures::*member;
};
const std::vector<NamedFigure>& platform_figures();

// "starved_cycles: 12 instead of 11, ..."; empty where both are equal.
std::string difference(const PlatformFigures& actual, const PlatformFigures& expected);

}  // namespace macaw::sim
