// The longest path between two registers of an array, found on the generator's RTL graph before synthesis,
// and what lies on it. Which path is longest is decided with nominal delays (longest_path.cpp), those of a
// small cell library in units of a NAND gate; what each part really costs on a library is fitted later.
//
// Every module is looked at once, from each of its inputs and from its registers to its outputs and its
// registers, and instances use that: an array of a thousand elements costs little more than one of a single.
// Words are timed as a whole: all bits of a signal are there when the last one is.
#pragma once

#include <array>
#include <string_view>

#include "hw/rtl/design.hpp"

namespace macaw::reports {

enum class PathPart {
    FullAdders,        // of bit heaps and ripple adders, one after the other
    Gates,             // AND, OR, half adders; of wide ones their levels
    XorGates,          //
    Multiplexers,      //
    Additions,         // `+`: each has a fixed part ...
    AdditionLevels,    // ... and log2 of its width
    ChainedAdditions,  // `+` of another sum: its carries run beside those of the sum before
    ProductLevels,     // of `*`: levels of carry-save adders over its rows, log1.5(rows / 2), and its final
                       // adder's
    FanoutLevels       // log2 of the readers of every signal on the path: buffers
};
inline constexpr std::size_t kPathParts = 9;
inline constexpr std::array<std::string_view, kPathParts> kPathPartNames = {
    "full_adders",       "gates",          "xor_gates",    "multiplexers", "additions", "addition_levels",
    "chained_additions", "product_levels", "fanout_levels"};

struct PathFigures {
    std::array<double, kPathParts> values{};
    double nominal = 0;  // delay by which paths are compared
    double operator[](PathPart part) const { return values[static_cast<std::size_t>(part)]; }
    void add(PathPart part, double amount);
};

// Of the top module with everything in it; from its inputs too.
PathFigures longest_path(const rtl::Design& design);

}  // namespace macaw::reports
