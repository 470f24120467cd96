// A small array in trap mode behind AXI: 2 x 3, two lanes, accumulators that overflow often.
#pragma once

#include "hw/stream/axi_wrapper.hpp"

namespace macaw::hw::testing {

inline AxiWrapper trap_wrapper() {
    AxiWrapper wrapper;
    wrapper.datapath.tile = 4;
    wrapper.datapath.inner_bits = golden::BitWidth(11);
    wrapper.datapath.outer_bits = golden::BitWidth(12);
    wrapper.datapath.inner_overflow = wrapper.datapath.outer_overflow = golden::OverflowMode::Trap;
    wrapper.array.rows = 2;
    wrapper.array.columns = 3;
    wrapper.array.lanes = 2;
    wrapper.datapath.products_per_check = 2;
    return wrapper;
}

}  // namespace macaw::hw::testing
