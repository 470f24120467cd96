// The scripts behind the names of recipes. Measured on the generated array (8 x 8, 16 lanes, W4A8, OSU018):
// see testbench/slow/reports.
#pragma once

#include <map>
#include <string>

#include "reports/silicon/library.hpp"
#include "reports/silicon/options.hpp"

namespace macaw::reports {

std::string abc_script(Recipe recipe);

// What Yosys does before ABC.
struct SynthesisOptions {
    // Sums as one $macc, which becomes a near-linear chain, instead of separate adders.
    bool alumacc = false;
    // Everything below the top becomes one module, so that ABC sees across the borders; adder cells stay.
    bool flatten = false;
    std::map<std::string, int> parameters = {};  // of the top module
};

// First half: from SystemVerilog to mapped.json. `rtl_reads`: the read_verilog commands.
struct RtlModules {
    bool full_adder = false;  // the RTL has a module of this name, ports a_i b_i c_i sum_o carry_o
    bool half_adder = false;  // a_i b_i sum_o carry_o
};
std::string mapping_script(const std::vector<std::string>& rtl_files, const std::string& top,
                           const RtlModules& modules, const Library& library,
                           const SynthesisOptions& options = {});
// Verilog that replaces the adder modules by library cells; empty where none is mapped.
std::string adder_map(const RtlModules& modules, const Library& library);
// Second half: from buffered.json to netlist.v.
std::string netlist_script(const std::string& top, const Library& library);

}  // namespace macaw::reports
