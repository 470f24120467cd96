// Widths, signs and ranges of integers as types: an impossible width cannot be built, and nothing here
// overflows.
#pragma once

#include <cstdint>
#include <string>

#include "golden/support/error.hpp"

namespace macaw::golden {

enum class Signedness { Unsigned, Signed };

// What an accumulator does with a sum that leaves its range.
//   Wrap      modulo 2^P, two's complement
//   Saturate  the nearest end of the range; a flag rises
//   Trap      the value of Wrap; a flag rises
enum class OverflowMode { Wrap, Saturate, Trap };

std::string to_string(Signedness signedness);
std::string to_string(OverflowMode mode);

// Number of bits of a hardware integer, 1..62: every value, and the sum of two, fits std::int64_t.
class BitWidth {
  public:
    static constexpr int kMax = 62;
    // Throws std::logic_error outside 1..62; user input goes through make().
    constexpr explicit BitWidth(int bits) : bits_(bits) {
        if (bits < 1 || bits > kMax) throw std::logic_error("BitWidth outside 1..62");
    }
    static Expected<BitWidth> make(int bits);
    constexpr int bits() const { return bits_; }
    constexpr auto operator<=>(const BitWidth&) const = default;

  private:
    int bits_;
};

// All integers from min to max, both included; min <= max.
struct Range {
    std::int64_t min = 0;
    std::int64_t max = 0;
    constexpr bool contains(std::int64_t value) const { return min <= value && value <= max; }
    constexpr bool operator==(const Range&) const = default;
};

// Two's complement [-2^(P-1), 2^(P-1)-1], or unsigned [0, 2^P - 1].
constexpr Range range_of(BitWidth width, Signedness signedness) {
    if (signedness == Signedness::Signed)
        return {-(std::int64_t{1} << (width.bits() - 1)), (std::int64_t{1} << (width.bits() - 1)) - 1};
    return {0, (std::int64_t{1} << width.bits()) - 1};
}

// Smallest two's-complement width whose range holds both ends.
constexpr BitWidth bits_needed(Range range) {
    int bits = 1;
    while (!range_of(BitWidth(bits), Signedness::Signed).contains(range.min) ||
           !range_of(BitWidth(bits), Signedness::Signed).contains(range.max))
        ++bits;
    return BitWidth(bits);
}

// The value of the low P bits of `value`, read as two's complement.
constexpr std::int64_t wrap_to(std::int64_t value, BitWidth width) {
    int unused = 64 - width.bits();
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << unused) >> unused;
}

// Result of bringing an exact sum into an accumulator of `width` bits.
struct Accumulated {
    std::int64_t value = 0;
    bool overflow = false;  // the exact sum left the range; reported in all modes, wrap hardware has no flag
};

constexpr Accumulated accumulate(std::int64_t exact_sum, BitWidth width, OverflowMode mode) {
    Range range = range_of(width, Signedness::Signed);
    if (range.contains(exact_sum)) return {exact_sum, false};
    if (mode == OverflowMode::Saturate) return {exact_sum < range.min ? range.min : range.max, true};
    return {wrap_to(exact_sum, width), true};
}

}  // namespace macaw::golden
