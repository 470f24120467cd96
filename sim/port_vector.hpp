// Bit fields inside a flat packed port, held as 32-bit words with bit 0 of the port in bit 0 of word 0. This
// is the layout that Verilator uses for wide ports, and the one of stimulus files and jobs. Fields may cross
// words.
#pragma once

#include <cstdint>
#include <span>

#include "golden/support/error.hpp"

namespace macaw::sim {

constexpr int kPortWordBits = 32;

constexpr std::int64_t words_for_bits(std::int64_t bits) {
    return (bits + kPortWordBits - 1) / kPortWordBits;
}

// Writes the low `width` bits (1..64) of `value` at bit `first` and up; the field must be inside `words`.
inline void set_bits(std::span<std::uint32_t> words, std::int64_t first, int width, std::uint64_t value) {
    require(first >= 0 && width >= 1 && width <= 64 &&
                first + width <= static_cast<std::int64_t>(words.size()) * kPortWordBits,
            "set_bits: the field leaves the port");
    while (width > 0) {
        auto word = static_cast<std::size_t>(first / kPortWordBits);
        int shift = static_cast<int>(first % kPortWordBits);
        int part = kPortWordBits - shift < width ? kPortWordBits - shift : width;
        std::uint64_t mask = (std::uint64_t{1} << part) - 1;
        auto kept = static_cast<std::uint64_t>(words[word]) & ~(mask << shift);
        words[word] = static_cast<std::uint32_t>(kept | ((value & mask) << shift));
        value = part < 64 ? value >> part : 0;
        first += part;
        width -= part;
    }
}

// The field of `width` bits (1..64) at bit `first`, read as unsigned.
inline std::uint64_t get_bits(std::span<const std::uint32_t> words, std::int64_t first, int width) {
    require(first >= 0 && width >= 1 && width <= 64 &&
                first + width <= static_cast<std::int64_t>(words.size()) * kPortWordBits,
            "get_bits: the field leaves the port");
    std::uint64_t value = 0;
    int done = 0;
    while (done < width) {
        auto word = static_cast<std::size_t>(first / kPortWordBits);
        int shift = static_cast<int>(first % kPortWordBits);
        int part = kPortWordBits - shift < width - done ? kPortWordBits - shift : width - done;
        std::uint64_t mask = (std::uint64_t{1} << part) - 1;
        value |= ((static_cast<std::uint64_t>(words[word]) >> shift) & mask) << done;
        first += part;
        done += part;
    }
    return value;
}

// As get_bits, read as two's complement.
inline std::int64_t get_signed_bits(std::span<const std::uint32_t> words, std::int64_t first, int width) {
    int unused = 64 - width;
    return static_cast<std::int64_t>(get_bits(words, first, width) << unused) >> unused;
}

}  // namespace macaw::sim
