// The generated text through the tools that will read it: Verilator's lint, Yosys, Icarus.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hw/rtl/print.hpp"
#include "testbench/support/hw/array_driver.hpp"

namespace macaw::hw::testing {

// Writes the files into `folder` and returns their names.
std::vector<std::string> write_sources(const std::filesystem::path& folder,
                                       const std::vector<rtl::SourceFile>& sources);

// Everything that the tool prints; empty when it is content.
std::string lint(const std::filesystem::path& folder, const std::vector<std::string>& files);
std::string yosys_check(const std::filesystem::path& folder, const std::vector<std::string>& files,
                        const std::string& top = "macaw_array");

std::string icarus_compile(const std::filesystem::path& folder, const std::vector<std::string>& files);

// What the testbench that is written beside the RTL prints under Icarus: "PASS: ..." where the array is
// right.
std::string icarus_check(const std::filesystem::path& folder, const std::vector<std::string>& files,
                         const golden::Datapath& datapath, const ArrayConfig& array,
                         const std::vector<Group>& groups);

}  // namespace macaw::hw::testing
