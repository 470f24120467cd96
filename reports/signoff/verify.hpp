// The sign-off of one configuration: runs every part and gathers the table.
#pragma once

#include <filesystem>

#include "hw/stream/interface_config.hpp"
#include "reports/signoff/signoff_table.hpp"
#include "reports/silicon/options.hpp"
#include "sim/signoff/simulation_part.hpp"

namespace macaw::reports {

struct VerifyInput {
    std::string name;
    golden::Datapath datapath;
    hw::ArrayConfig array;
    hw::InterfaceConfig interface;  // an AXI wrapper is checked too
    SiliconOptions synth;
    std::vector<sim::SignoffJob> layers;      // real ones; may be empty
    std::function<void(rtl::Design&)> fault;  // negative control, see SimulationInput
};

struct VerifyOptions {
    sim::SimulationOptions simulation;  // folders and command line are filled in here
    bool netlist = true;
    bool proofs = false;
    int mutants = 0;  // of the netlist; 0: no mutation testing
    std::string command_line;
};

// Writes signoff.md, signoff.json, functional_coverage.txt, code_coverage_holes.txt, proofs/, mutants.csv and
// waveforms of failures into `folder`, which exists; tools work in <folder>/work. A check that fails is a
// line of the table, not an error.
Expected<Signoff> run_verify(const VerifyInput& input, const VerifyOptions& options,
                             const std::filesystem::path& folder);

}  // namespace macaw::reports
