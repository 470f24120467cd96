#include "sim/platform/tiler.hpp"

#include <algorithm>
#include <cstring>

#include "sim/port_vector.hpp"

namespace macaw::sim {

namespace {

constexpr std::size_t kReadAhead = 8;  // bytes behind the last row that copy_bits may read

// ORs `count` bits from bit `from` of `source` on to bit `to` of `target`.
void copy_bits(const std::uint8_t* source, std::int64_t from, std::uint32_t* target, std::int64_t to,
               std::int64_t count) {
    while (count > 0) {
        std::int64_t part = std::min(count, kPortWordBits - to % kPortWordBits);
        std::uint64_t window = 0;
        std::memcpy(&window, source + from / 8, sizeof window);
        std::uint64_t bits = (window >> (from % 8)) & ((std::uint64_t{1} << part) - 1);
        target[to / kPortWordBits] |= static_cast<std::uint32_t>(bits << (to % kPortWordBits));
        from += part;
        to += part;
        count -= part;
    }
}

}  // namespace

StreamCutter::StreamCutter(Rows order, int units, int lanes, int bits, std::int64_t features,
                           std::int64_t row_bytes)
    : order_(order),
      units_(units),
      lanes_(lanes),
      bits_(bits),
      features_(features),
      row_bytes_(row_bytes),
      words_(
          static_cast<std::size_t>(words_for_bits((order == Rows::InTurn ? 1 : units_) * lanes_ * bits_))) {}

std::size_t StreamCutter::buffer_bytes() const {
    return static_cast<std::size_t>(units_ * row_bytes_) + kReadAhead;
}

const std::uint32_t* StreamCutter::beat(std::span<const std::uint8_t> buffer, std::int64_t rows,
                                        std::int64_t index) {
    require(buffer.size() == buffer_bytes() && rows <= units_,
            "StreamCutter: the buffer is of another stream");
    const bool in_turn = order_ == Rows::InTurn;
    const std::int64_t first = (in_turn ? index / units_ : index) * lanes_;
    const std::int64_t codes = std::min(lanes_, features_ - first);  // none behind the end of a ragged tile
    std::fill(words_.begin(), words_.end(), 0);
    auto copy = [&](std::int64_t row, std::int64_t place) {
        copy_bits(buffer.data() + row * row_bytes_, first * bits_, words_.data(), place * lanes_ * bits_,
                  codes * bits_);
    };
    if (in_turn && index % units_ < rows) copy(index % units_, 0);
    for (std::int64_t row = 0; row < rows && !in_turn; ++row) copy(row, row);
    return words_.data();
}

}  // namespace macaw::sim
