// The content of the platform's memory: operands before a layer, results behind it (layout: layer_plan.hpp).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "golden/datapath.hpp"
#include "sim/platform/layer_plan.hpp"

namespace macaw::sim {

// activations: [tokens, K], weights: [out_features, K]. Results begin as a pattern that no result has to
// have.
std::vector<std::uint8_t> memory_image(const LayerPlan& plan,
                                       std::span<const golden::ActivationCode> activations,
                                       std::span<const golden::WeightCode> weights,
                                       const golden::Datapath& datapath);

// [tokens, out_features]
std::vector<std::int64_t> read_results(const LayerPlan& plan, std::span<const std::uint8_t> memory);

}  // namespace macaw::sim
