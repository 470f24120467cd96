// The controller macaw_systolic_control of a weight-stationary array: it says which tokens and weights are
// taken, follows the tokens down to the outer accumulators and hands out the results.
//
// Tokens come in passes of R, one pass a tile. A pass starts when the T weights of its tile are in the shadow
// registers (loading the next tile's starts one cycle later), and a token that opens a dot product waits
// until its outer accumulator is free. in_ready_o and weight_ready_o depend on registers alone.
#pragma once

#include "hw/array/array_config.hpp"
#include "hw/rtl/design.hpp"

namespace macaw::hw {

struct SystolicTiming {
    int tile = 1;             // T
    int rows = 1;             // R
    int columns = 1;          // C
    int pipeline_stages = 0;  // S, of an element
    // A token accepted in cycle t is at the outer accumulators of column 0 in cycle t + this.
    int cycles_to_bank() const { return tile + 2 + pipeline_stages; }
    // ... and its row of results, if it is the last tile's, at the output in cycle t + this.
    int cycles_to_output() const { return cycles_to_bank() + columns + 1; }
    // Between the first tokens of two tiles, if nothing else stops them.
    int cycles_per_pass() const { return std::max(rows, tile + 1); }
};

rtl::Module& add_systolic_control(rtl::Design& design, const SystolicTiming& timing);

}  // namespace macaw::hw
