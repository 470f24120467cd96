// The AXI4-Lite register file macaw_axi_registers: 32-bit words, byte addresses.
//
//   0x00 ID        read   0x4D434157 ("MCAW")
//   0x04 SHAPE     read   R, C, L in bits 0..8, 9..17, 18..31 (T instead of L in a weight-stationary array)
//   0x08 WIDTHS    read   M, N, P_I, P_O, one byte each, M lowest
//   0x0C CONTROL   write  bit 0 starts a job; bit 1 clears the counters
//   0x10 STATUS    read   bit 0 busy, bit 1 done since the last start
//   0x14 LENGTH    r/w    beats of a dot product (tiles in a weight-stationary array), 1 or more
//   0x18 GROUPS    r/w    dot product groups of a job, 1 or more: each R x C outputs
//   0x1C INNER_OVERFLOWS  read   delivered outputs with the inner flag, stops at 2^32 - 1
//   0x20 OUTER_OVERFLOWS  read   with the outer flag
//   0x24 BUSY_CYCLES      read   stops at 2^32 - 1
//   0x28 STALL_CYCLES     read   a beat was offered during a job and not accepted
//   0x2C ZERO_POINT       r/w    of the requantizer; read as 0 without one
// What cannot be done is refused with SLVERR and changes nothing: an unknown or misaligned address, a write
// to a read-only word, a start with LENGTH or GROUPS 0, a start or a write to LENGTH or GROUPS during a job.
#pragma once

#include "golden/datapath.hpp"
#include "hw/array/array_config.hpp"
#include "hw/rtl/design.hpp"

namespace macaw::hw {

enum class AxiRegister {
    Id = 0x00,
    Shape = 0x04,
    Widths = 0x08,
    Control = 0x0C,
    Status = 0x10,
    Length = 0x14,
    Groups = 0x18,
    InnerOverflows = 0x1C,
    OuterOverflows = 0x20,
    BusyCycles = 0x24,
    StallCycles = 0x28,
    ZeroPoint = 0x2C
};

constexpr int kAxiAddressBits = 8;
constexpr std::uint32_t kAxiId = 0x4D434157;

struct AxiRegistersShape {
    std::uint32_t shape = 0, widths = 0;  // the words SHAPE and WIDTHS
    int count_bits = 1;                   // of inner_count_i and outer_count_i
    int zero_point_bits = 0;              // of zero_point_o; 0 without a requantizer
};

// Ports besides those of AXI4-Lite (s_axil_*): busy_i, finished_i, stall_i, inner_count_i, outer_count_i
// (outputs with a flag in this cycle); start_o (one cycle), length_o [32], groups_o [32], zero_point_o.
rtl::Module& add_axi_registers(rtl::Design& design, const AxiRegistersShape& shape);

}  // namespace macaw::hw
