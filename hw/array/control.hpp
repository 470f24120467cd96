// The controller macaw_control: counts beats into tiles, follows a dot product through the two accumulation
// stages and drains the results. It holds the only state machine of the array; the processing elements just
// obey.
#pragma once

#include "hw/array/array_config.hpp"
#include "hw/rtl/design.hpp"

namespace macaw::hw {

// Beat accepted in cycle t -> with S register stages of the pipeline added in t+1+S (inner), t+2+S (outer),
// moved to the drain chain in t+3+S, visible at the output in cycle t+4+S, when the chain is free.
constexpr int kCyclesFromLastBeatToFirstOutput = 4;

struct ControlShape {
    int beats_per_tile = 1;   // T / L
    int rows = 1;             // R
    int pipeline_stages = 0;  // S: extra_stages() of the dot product units; each has an output stage_<k>_o
};
rtl::Module& add_control(rtl::Design& design, const ControlShape& shape);

}  // namespace macaw::hw
