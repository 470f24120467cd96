// A testbench in plain SystemVerilog beside the RTL, with stimulus and expected outputs as memory images, so
// that any simulator can check the array with nothing of ours:
//
//     testbench/macaw_array_testbench.sv, testbench/beats.hex, testbench/expected.hex
//
// It drives the array with pauses on both sides and ends with PASS, or with FAIL and a non-zero exit code.
#pragma once

#include <filesystem>

#include "hw/array/test_vectors.hpp"

namespace macaw::hw {

// Into the folder of the RTL, with corner_groups() of a fixed seed.
Expected<void> write_testbench(const std::filesystem::path& folder, const golden::Datapath& datapath,
                               const ArrayConfig& array);

// With stimulus of your own.
Expected<void> write_testbench(const std::filesystem::path& folder, const golden::Datapath& datapath,
                               const ArrayConfig& array, const std::vector<Group>& groups);

}  // namespace macaw::hw
