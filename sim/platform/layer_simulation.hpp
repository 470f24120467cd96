// One layer on the platform, judged: every output against golden, as it left the array and as it lies in the
// memory, and every figure against the prediction.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "golden/support/csv.hpp"
#include "golden/support/metrics.hpp"
#include "sim/platform/platform.hpp"

namespace macaw::sim {

struct PlatformLayer {
    std::string name;
    golden::MatmulShape shape;
    PlatformFigures figures;
    PlatformFigures predicted;
    Comparison comparison;  // an output counts twice: at the array's port and in the memory
    double seconds = 0;

    std::int64_t macs() const { return shape.tokens * shape.in_features * shape.out_features; }
    // CheckFailed when an output differs or a figure is not the predicted one.
    Expected<void> verdict() const;
};

Expected<PlatformLayer> simulate_layer(CycleArray& array, const LayerData& data,
                                       const golden::Datapath& datapath, const hw::ArrayConfig& config,
                                       const PlatformConfig& platform);

// Figures of all layers together. `what` names model, array and memory.
Metrics platform_metrics(std::span<const PlatformLayer> layers, const std::string& what);
// layers.csv: a row a layer, simulated and predicted cycles, all figures.
Table platform_table(std::span<const PlatformLayer> layers);
// For a person: a line a layer and one for their sum.
std::string platform_summary(std::span<const PlatformLayer> layers);

}  // namespace macaw::sim
