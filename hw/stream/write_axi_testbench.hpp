// A testbench in plain SystemVerilog beside macaw_axi, with a job and its expected outputs as memory images,
// so that any simulator can check the wrapper, and the requantizer in it, with nothing of ours:
//
//     testbench/macaw_axi_testbench.sv, registers.hex, beats.hex, expected.hex, and weights.hex, scales.hex
//     where those streams exist
//
// It reads and writes the registers over AXI4-Lite (identification, refusals, LENGTH, GROUPS, ZERO_POINT,
// start, counters), feeds every stream with pauses of its own, takes rows with pauses, and ends with PASS, or
// with FAIL and a non-zero exit code.
#pragma once

#include <filesystem>

#include "hw/array/test_vectors.hpp"
#include "hw/stream/axi_wrapper.hpp"

namespace macaw::hw {

// What one start does: groups of one length, and with a requantizer its parameters.
struct AxiJob {
    int tiles = 1;                                          // of a dot product
    std::vector<Group> groups;                              // each of tiles * T products
    std::vector<std::vector<golden::ChannelScale>> scales;  // [groups, C]; empty without a requantizer
    std::int64_t zero_point = 0;                            // of the requantizer
};

// `groups` groups, random and extreme codes in turn; scales that put most results inside the range of the
// codes.
AxiJob random_axi_job(const AxiWrapper& wrapper, int groups, int tiles, std::mt19937_64& random);

// Into the folder of the RTL.
Expected<void> write_axi_testbench(const std::filesystem::path& folder, const AxiWrapper& wrapper,
                                   const AxiJob& job);

// Outputs that the testbench compares.
std::int64_t outputs_of(const AxiWrapper& wrapper, const AxiJob& job);

}  // namespace macaw::hw
