// One linear layer into codes and scales, with statistics of what the constraint did, and AXE's promises
// checked on the codes. Rows in parallel: a row's codes depend on no other row.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "golden/quantized_layer.hpp"
#include "quantizer/greedy_plan.hpp"
#include "quantizer/options.hpp"

namespace macaw::quantizer {

struct LayerStatistics {
    std::int64_t tiles = 0;
    std::int64_t tiles_thresholded = 0;  // lambda > 0
    std::int64_t tiles_clipped = 0;      // some code was cut to what the budget left
    std::int64_t tiles_constrained = 0;  // either
    std::int64_t codes = 0;
    std::int64_t codes_clipped = 0;
    std::int64_t codes_zero = 0;
    std::int64_t moves = 0;    // of the local search
    double damping = 0;        // of the Hessian, as a share of its mean diagonal; in a sum the largest
    double error_energy = 0;   // || X~ (W - s q)^T ||_F^2 over the calibration inputs
    double signal_energy = 0;  // || X~ W^T ||_F^2

    LayerStatistics& operator+=(const LayerStatistics& other);
    double sparsity() const { return static_cast<double>(codes_zero) / static_cast<double>(codes); }
    // || X~ (W - s q)^T ||_F / || X~ W^T ||_F; 0 for a layer without output.
    double relative_error() const;
};

// Adds "sparsity" and "relative_error" to the members.
Json to_json(const LayerStatistics& statistics);
// What to_json wrote; `file` is where it came from, for the error.
Expected<LayerStatistics> layer_statistics_from_json(const Json& json, const std::filesystem::path& file);

struct QuantizedLayerResult {
    golden::QuantizedLayer layer;
    LayerStatistics statistics;
};

// weights: [out_features, in_features]; statistics: of the layer's inputs; plan: from them, by plan_greedy();
// coding: of the inputs, stored with the layer. Errors: under a constraint, codes that leave P_I or P_O;
// under Constraint::DataType, widths whose largest codes do.
Expected<QuantizedLayerResult> quantize_layer(const std::string& name, const Matrix& weights,
                                              const InputStatistics& statistics, const GreedyPlan& plan,
                                              const golden::ActivationCoding& coding,
                                              const golden::Datapath& datapath,
                                              const QuantizerOptions& options);

}  // namespace macaw::quantizer
