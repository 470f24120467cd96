// The step `macaw cosim`: everything that is checked about generated hardware before its figures are
// believed.
//   - every layer through the Verilated RTL as it will be synthesised, and through its trap twin, against
//   golden
//   - the C++ model on the first block row of every layer
//   - one layer under SystemC, equal to Verilator word by word and cycle by cycle
//   - the worst-case inputs of every row at the certified widths, and with one bit less
//   - negative controls: unconstrained layers in accumulators that are too narrow
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "golden/certificate.hpp"
#include "golden/support/metrics.hpp"
#include "sim/cosimulation.hpp"
#include "sim/negative_control.hpp"
#include "sim/worst_case.hpp"

namespace macaw::sim {

struct CosimulationOptions {
    std::filesystem::path rtl_folder;  // of `macaw generate`: datapath and array are read from its array.json
    std::filesystem::path work_folder;  // simulators, reused while their RTL does not change; deletable
    std::string command_line;           // for the header of the RTL that is generated here
    std::size_t systemc_layer = 0;
    std::vector<golden::BitWidth> negative_inner_bits{golden::BitWidth(12), golden::BitWidth(11)};
    int negative_rows =
        2;  // the negative control's array: as small as builds fast, with the lanes of the real one
    int negative_columns = 2;
};

struct CosimulationInput {
    const golden::QuantizedModel* model = nullptr;
    const golden::Certificate* certificate = nullptr;  // of *model
    std::vector<LayerData> layers;                     // layers of *model with real activations
    std::vector<LayerData> unconstrained;              // for the negative control
};

// One layer in both RTL simulators and, in part, in the C++ model.
struct LayerReport {
    LayerCosimulation rtl;
    LayerCosimulation trap;
    LayerCosimulation model;
};

struct CosimulationResult {
    golden::Datapath datapath;  // of the RTL under test
    hw::ArrayConfig array;
    std::vector<LayerReport> layers;
    Comparison systemc;
    std::string systemc_layer;
    double systemc_seconds = 0;
    WorstCaseResult worst_case;
    NegativeControlResult negative_control;
    Metrics metrics;

    // The first thing that is wrong, as CheckFailed: a mismatch, a flag of the trap RTL, the worst case, the
    // controls.
    Expected<void> verdict() const;
};

// Writes layers.csv, worst_case.csv, negative_control.csv and metrics.json into
// `output_folder`, which exists. A bad result is a result: ask verdict(). Errors: a datapath that is not the
// model's, a tool that failed.
Expected<CosimulationResult> run_cosimulation(const CosimulationOptions& options,
                                              const CosimulationInput& input,
                                              const std::filesystem::path& output_folder);

}  // namespace macaw::sim
