// macaw_axi: the array, and where it is wanted the requantizer, behind AXI4-Stream and AXI4-Lite.
//
//   s_axil_*         AXI4-Lite registers (axi_registers.hpp): LENGTH, GROUPS, start, counters
//   s_axis_*         beats: activation_i, above it weight_i where weights have no stream of their own
//   s_axis_weight_*  weights of a weight-stationary array
//   s_axis_scale_*   a requantizer's scales, one transfer before each group
//   m_axis_*         rows: out_data, or codes behind a requantizer; TUSER = inner flags, above them outer
//   flags,
//                    where the datapath has flags and no requantizer follows; TLAST with the last row of a
//                    group
// TDATA is padded with zeros to whole bytes; what stands in the padding of an input is ignored. Start, then
// GROUPS groups of LENGTH beats (tiles) are taken and in_last_i is made from LENGTH; no TLAST is needed on
// inputs. Beats wait before the start and behind the last group.
#pragma once

#include <optional>

#include "hw/stream/axi_registers.hpp"
#include "hw/stream/requantizer.hpp"

namespace macaw::hw {

struct AxiWrapper {
    golden::Datapath datapath;
    ArrayConfig array;
    std::optional<golden::Requantization> requantization;
};

// Top module macaw_axi. Errors: those of generate_array and generate_requantizer.
Expected<rtl::Design> generate_axi_wrapper(const AxiWrapper& wrapper);

}  // namespace macaw::hw
