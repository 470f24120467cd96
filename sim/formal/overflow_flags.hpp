// The flags of saturate and trap rise iff an exact reference of 64 bits leaves the range, and saturate clamps
// iff so: each range check of the configuration at its own widths, for all sums; and the whole processing
// element, with any controls, at widths that a solver can multiply.
#pragma once

#include "golden/datapath.hpp"
#include "hw/array/array_config.hpp"
#include "sim/formal/dot_product_proof.hpp"
#include "sim/formal/prover.hpp"

namespace macaw::sim {

// slack: 0; 1 makes the reference's range one too wide.
Property range_check_property(int sum_bits, golden::BitWidth width, golden::OverflowMode mode, int slack);

// `datapath` with widths of 3 bits and two lanes at most, accumulators that can overflow, and these modes.
golden::Datapath small_datapath(const golden::Datapath& datapath, golden::OverflowMode inner,
                                golden::OverflowMode outer);

// macaw_pe of that datapath against the reference.
Property processing_element_property(const golden::Datapath& small, const hw::ArrayConfig& array, int slack,
                                     const Fault& fault = {});

}  // namespace macaw::sim
