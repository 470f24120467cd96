// What an array is made of, counted on the generator's own RTL graph, before and without any synthesis: the
// bit heaps' adders, registers, multiplexers, gates, the bits of `*` and `+`. Modules count once an instance.
#pragma once

#include <array>
#include <string_view>

#include "hw/rtl/design.hpp"

namespace macaw::reports {

enum class Count {
    FlipFlops,       // bits of registers without a reset
    ResetFlipFlops,  // with one
    FullAdders,      // of bit heaps and ripple adders
    HalfAdders,      //
    Gates,           // two-input AND and OR bits, comparisons, multiplexers with a constant side
    XorGates,        //
    Multiplexers,    // two-way, bits
    ProductBits,     // partial products of `*`
    CompressedBits,  // bits of a `+` whose sum goes into another `+`: a carry-save row of the synthesis tool
    CarryPropagateBits,  // bits of the other `+`: final adders, outer accumulators, counters
};
inline constexpr std::size_t kCounts = 10;
inline constexpr std::array<std::string_view, kCounts> kCountNames = {
    "flip_flops", "reset_flip_flops", "full_adders",  "half_adders",     "gates",
    "xor_gates",  "multiplexers",     "product_bits", "compressed_bits", "carry_propagate_bits"};

struct StructureCounts {
    std::array<double, kCounts> values{};
    double& operator[](Count count) { return values[static_cast<std::size_t>(count)]; }
    double operator[](Count count) const { return values[static_cast<std::size_t>(count)]; }
    StructureCounts& operator+=(const StructureCounts& part);
    bool operator==(const StructureCounts&) const = default;
};

// Of the top module with everything in it.
StructureCounts count_structure(const rtl::Design& design);

}  // namespace macaw::reports
