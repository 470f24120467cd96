// Co-simulation of layers: golden against the RTL in a simulator and against the RTL graph run in C++, on
// every output and every flag.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "golden/matmul.hpp"
#include "golden/quantized_layer.hpp"
#include "hw/rtl/design.hpp"
#include "sim/comparison.hpp"
#include "sim/simulator_program.hpp"

namespace macaw::sim {

// One linear layer and the activations that it gets.
struct LayerData {
    const golden::QuantizedLayer* layer = nullptr;  // outlives the run
    std::int64_t tokens = 0;
    std::vector<golden::ActivationCode> activations;  // [tokens, in_features]

    golden::MatmulShape shape() const { return {tokens, layer->in_features, layer->out_features}; }
    std::int64_t macs() const { return tokens * layer->in_features * layer->out_features; }
};

// What one layer did in one simulator.
struct LayerCosimulation {
    std::string name;
    golden::MatmulShape shape;
    Comparison comparison;
    golden::OverflowCounts golden_counts;
    std::int64_t inner_flag_outputs = 0;  // outputs of the RTL that came with the flag
    std::int64_t outer_flag_outputs = 0;
    std::int64_t inexact_outputs = 0;  // golden's value is not the exact dot product: wrapped or saturated
    std::int64_t cycles = 0;
    std::int64_t beats = 0;
    std::int64_t input_stall_cycles = 0;
    double seconds = 0;  // of the simulation alone

    double utilisation() const {
        return cycles > 0 ? static_cast<double>(beats) / static_cast<double>(cycles) : 0;
    }
    LayerCosimulation& operator+=(const LayerCosimulation& other);
};

LayerStimulus make_stimulus(const LayerData& data, const golden::Datapath& datapath,
                            const hw::ArrayConfig& array);

golden::MatmulResult golden_of(const LayerData& data, const golden::Datapath& datapath);

// The first `tokens` tokens and `channels` output channels of a layer (fewer where it has fewer).
struct LayerPart {
    std::unique_ptr<golden::QuantizedLayer> layer;
    LayerData data;  // of *layer
};
LayerPart first_part(const LayerData& data, std::int64_t tokens, std::int64_t channels);

// Outputs whose value differs from the exact sum. Outputs without a flag in golden are exact and not looked
// at again.
std::int64_t count_inexact(const LayerData& data, const golden::MatmulResult& golden);

// Compares a recording of `stimulus` with `expected` (golden_of the same data in the datapath's modes).
LayerCosimulation evaluate(const std::string& where, const LayerData& data, const LayerStimulus& stimulus,
                           const golden::MatmulResult& expected, const job::Result& recording,
                           const golden::Datapath& datapath, const hw::ArrayConfig& array);

// Runs a layer in a built simulator and evaluates it. `where` names simulator and layer in messages and
// scratch files.
Expected<LayerCosimulation> cosimulate(const SimulatorProgram& simulator, const LayerData& data,
                                       const LayerStimulus& stimulus, const golden::MatmulResult& expected,
                                       const std::filesystem::path& scratch_folder, const std::string& where,
                                       const Stalls& stalls = {});

// The same in the C++ model.
Expected<LayerCosimulation> cosimulate_model(const rtl::Design& design, const golden::Datapath& datapath,
                                             const hw::ArrayConfig& array, const LayerData& data,
                                             const std::string& where, const Stalls& stalls = {});

}  // namespace macaw::sim
