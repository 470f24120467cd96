// The synthesised netlist as something that simulators can build: netlist.v, plain Verilog models of the
// cells that Yosys makes from the functions in the Liberty file, and an array.json that names the two instead
// of the RTL.
#pragma once

#include <filesystem>
#include <string>

#include "reports/silicon/options.hpp"

namespace macaw::reports {

struct GateNetlist {
    std::filesystem::path folder;
    std::string source;  // "Yosys 0.23, osu018_stdcells"
    std::int64_t cells = 0;
};

// `rtl`: folder of the array's RTL. Synthesises into `folder`, which is made.
Expected<GateNetlist> write_gate_netlist(const std::filesystem::path& rtl, const SiliconOptions& options,
                                         const std::filesystem::path& folder);

}  // namespace macaw::reports
