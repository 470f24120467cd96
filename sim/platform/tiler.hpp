// Cuts packed rows of codes, as they lie in memory and in the operand buffers, into the beats of an input
// port, and pads: rows and products that do not exist are zeros, which change no sum. Activations and weights
// have a stream each, since not every dataflow takes them together:
//
//   Together  a beat is L codes of every row: both streams of an output-stationary array, and the weights of
//   a
//             weight-stationary one (L = 1, the rows being channels)
//   InTurn    a beat is one row's codes of a tile, tile by tile: the tokens of a weight-stationary array
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace macaw::sim {

class StreamCutter {
  public:
    enum class Rows { Together, InTurn };
    // `units` rows (R for activations, C for weights), `lanes` codes of `bits` bits of each a beat, of rows
    // that hold `features` codes in `row_bytes` bytes.
    StreamCutter(Rows order, int units, int lanes, int bits, std::int64_t features, std::int64_t row_bytes);

    // Bytes of a buffer that holds `units` rows; some more than the rows, because whole words are read.
    std::size_t buffer_bytes() const;
    // The words of beat `index` of the first `rows` rows of `buffer`; valid until the next call.
    const std::uint32_t* beat(std::span<const std::uint8_t> buffer, std::int64_t rows, std::int64_t index);

  private:
    Rows order_;
    std::int64_t units_, lanes_, bits_, features_, row_bytes_;
    std::vector<std::uint32_t> words_;
};

}  // namespace macaw::sim
