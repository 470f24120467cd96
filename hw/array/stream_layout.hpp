// Where the codes of a dot product group (R tokens x C channels x K products) stand on an array's input
// streams. Everybody who feeds an array asks here; what no code stands at is 0.
//
//   output_stationary  one stream: beat b brings products b*L .. b*L+L-1 of every row and column
//                      activation (r, k) and weight (c, k): beat k / L, code r*L + k % L and c*L + k % L
//   weight_stationary  two streams, tile by tile. Tokens: R beats a tile, T codes each: activation (r, k) in
//   beat
//                      (k/T)*R + r, code k % T. Weights: T beats a tile, C codes each: weight (c, k) in beat
//                      (k/T)*T + k % T, code c
#pragma once

#include "hw/array/array_config.hpp"

namespace macaw::hw {

struct StreamPosition {
    std::int64_t beat = 0;
    int code = 0;  // number of the code in the port, lowest bits first
};

class StreamLayout {
  public:
    StreamLayout(const golden::Datapath& datapath, const ArrayConfig& array)
        : weight_stationary_(array.dataflow == Dataflow::WeightStationary),
          tile_(datapath.tile),
          rows_(array.rows),
          columns_(array.columns),
          lanes_(array.lanes),
          activation_bits_(datapath.activation_bits.bits()),
          weight_bits_(datapath.weight_bits.bits()) {}

    // Weights have a valid and ready of their own (weight_valid_i, weight_ready_o).
    bool has_weight_stream() const { return weight_stationary_; }

    // A group comes in steps: a beat, or a tile.
    std::int64_t steps(std::int64_t length) const {
        const int products = weight_stationary_ ? tile_ : lanes_;
        return (length + products - 1) / products;
    }
    int step_activation_beats() const { return weight_stationary_ ? rows_ : 1; }
    int step_weight_beats() const { return weight_stationary_ ? tile_ : 1; }
    std::int64_t activation_beats(std::int64_t length) const {
        return steps(length) * step_activation_beats();
    }
    std::int64_t weight_beats(std::int64_t length) const { return steps(length) * step_weight_beats(); }
    // How many activation beats at the end of the group carry in_last_i: those of its last step.
    int last_beats() const { return step_activation_beats(); }

    int activation_codes() const { return weight_stationary_ ? tile_ : rows_ * lanes_; }  // of a beat
    int weight_codes() const { return weight_stationary_ ? columns_ : columns_ * lanes_; }
    int activation_port_bits() const { return activation_codes() * activation_bits_; }
    int weight_port_bits() const { return weight_codes() * weight_bits_; }

    StreamPosition activation_at(std::int64_t row, std::int64_t k) const {
        if (weight_stationary_) return {k / tile_ * rows_ + row, static_cast<int>(k % tile_)};
        return {k / lanes_, static_cast<int>(row * lanes_ + k % lanes_)};
    }
    StreamPosition weight_at(std::int64_t column, std::int64_t k) const {
        if (weight_stationary_) return {k, static_cast<int>(column)};
        return {k / lanes_, static_cast<int>(column * lanes_ + k % lanes_)};
    }

  private:
    bool weight_stationary_;
    int tile_, rows_, columns_, lanes_, activation_bits_, weight_bits_;
};

}  // namespace macaw::hw
