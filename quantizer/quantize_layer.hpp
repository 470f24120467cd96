// One linear layer into codes: OPTQ (arXiv 2409.17092, Alg. 2) or round to nearest, with or without AXE.
// Works on w/s in double precision, rows in parallel (a row's codes depend on no other row), lazily in blocks
// of columns so that most of the work is a matrix product.
#pragma once

#include <cstdint>
#include <string>

#include "golden/quantized_layer.hpp"
#include "quantizer/hessian.hpp"
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
    double error_energy = 0;   // || X~ (W - s q)^T ||_F^2 over the calibration inputs
    double signal_energy = 0;  // || X~ W^T ||_F^2

    LayerStatistics& operator+=(const LayerStatistics& other);
    double sparsity() const { return static_cast<double>(codes_zero) / static_cast<double>(codes); }
    // || X~ (W - s q)^T ||_F / || X~ W^T ||_F; 0 for a layer without output.
    double relative_error() const;
};

// Adds "sparsity" and "relative_error" to the counts.
Json to_json(const LayerStatistics& statistics);

struct QuantizedLayerResult {
    golden::QuantizedLayer layer;
    LayerStatistics statistics;
};

// weights: [out_features, in_features]; hessian: undamped, of the layer's inputs; factor: from it, by
// factorize(). An all-zero row gets scale 1. Errors: under Constraint::Axe, a row whose worst case leaves
// P_O.
Expected<QuantizedLayerResult> quantize_layer(const std::string& name, const Matrix& weights,
                                              const MatrixDouble& hessian, const HessianFactor& factor,
                                              const golden::Datapath& datapath,
                                              const QuantizerOptions& options);

}  // namespace macaw::quantizer
