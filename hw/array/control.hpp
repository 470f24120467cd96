// The controller macaw_control: counts beats into tiles, follows a dot product through the two accumulation
// stages and drains the results. It holds the only state machine of the array; the processing elements just
// obey.
#pragma once

#include "hw/array/array_config.hpp"
#include "hw/rtl/design.hpp"

namespace macaw::hw {

// Beat accepted in cycle t -> multiplied and added in t+1 (inner), t+2 (outer), moved to the drain chain in
// t+3, visible at the output in cycle t+4, when the chain is free.
constexpr int kCyclesFromLastBeatToFirstOutput = 4;

// beats_per_tile: T / L.
rtl::Module& add_control(rtl::Design& design, int beats_per_tile, int rows);

}  // namespace macaw::hw
