// How much the operands of an array move: what its power depends on beside its circuit.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "golden/support/file.hpp"
#include "sim/stimulus.hpp"

namespace macaw::reports {

struct ActivityStatistics {
    double weight_toggles = 0.5;      // per bit of weight_i from one beat to the next, 0..1
    double activation_toggles = 0.5;  // of activation_i
    double zero_share = 0;            // of products: one of the two codes is 0
    double utilisation = 1;           // beats a cycle, 0..1
    std::string source = "uniform random codes";
    bool operator==(const ActivityStatistics&) const = default;
};

// Of all layers; inputs always valid, outputs always ready.
ActivityStatistics activity_of(const sim::Stimulus& stimulus);

// Of a point whose figures were recorded: those of macaw stimulate, and the utilisation that was measured;
// none where one of them is missing.
std::optional<ActivityStatistics> recorded_activity(
    const std::function<std::optional<double>(const std::string&)>& figure);

// Of codes that are uniform over the datapath's ranges, by formula; long dot products.
ActivityStatistics uniform_activity(const golden::Datapath& datapath, const hw::ArrayConfig& array);

Json to_json(const ActivityStatistics& activity);
// Throws nlohmann::json::exception where something is missing or of another type.
ActivityStatistics activity_from_json(const Json& json);

// Toggles a cycle of what stands behind the operands, 0..1: a product moves when one of its operands does.
// Gated operands rest while one is 0; weights of a weight-stationary array rest during a pass.
double operand_toggles(const ActivityStatistics& activity, const hw::ArrayConfig& array);

}  // namespace macaw::reports
