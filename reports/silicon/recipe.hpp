// The scripts behind the names of recipes. Measured on the generated array (8 x 8, 16 lanes, W4A8, OSU018):
// see testbench/slow/reports.
#pragma once

#include <string>

#include "reports/silicon/library.hpp"
#include "reports/silicon/options.hpp"

namespace macaw::reports {

std::string abc_script(Recipe recipe);

// First half: from SystemVerilog to mapped.json. `rtl_reads`: the read_verilog commands.
struct RtlModules {
    bool full_adder = false;  // the RTL has a module of this name, ports a_i b_i c_i sum_o carry_o
    bool half_adder = false;  // a_i b_i sum_o carry_o
};
std::string mapping_script(const std::vector<std::string>& rtl_files, const std::string& top,
                           const RtlModules& modules, const Library& library);
// Verilog that replaces the adder modules by library cells; empty where none is mapped.
std::string adder_map(const RtlModules& modules, const Library& library);
// Second half: from buffered.json to netlist.v.
std::string netlist_script(const std::string& top, const Library& library);

}  // namespace macaw::reports
