// The quantized linear layer, in memory and on disk: the border between quantizer and hardware.
//
// On disk a quantized model is a folder:
//   layers.safetensors   "<layer>.codes"  int8, uint8 where the datapath's weights are unsigned,
//                                          [out_features, in_features], row-major, in the order in which the
//                                          hardware consumes them (tile of a column = its stored index / T)
//                        "<layer>.scales" float32 [out_features]
//   layers.json          Datapath, activation coding and input transform of each layer, algorithm,
//   statistics,
//                        hashes of the inputs
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "golden/activation.hpp"

namespace macaw::golden {

// What happens to a layer's float input before it becomes codes. Hadamard: multiplied by the orthonormal
// Hadamard matrix of its size, whose inverse the codes contain (QuaRot, arXiv 2404.00456); the software in
// front of the array does it.
enum class InputTransform { None, Hadamard };

struct QuantizedLayer {
    std::string name;  // "model.layers.0.self_attn.q_proj"
    std::int64_t out_features = 0;
    std::int64_t in_features = 0;                     // K
    std::vector<WeightCode> codes;                    // [out_features, in_features]
    std::vector<float> scales;                        // [out_features], one a row
    std::optional<ActivationCoding> activation = {};  // absent: default_coding of the datapath
    InputTransform input_transform = InputTransform::None;

    std::span<const WeightCode> row(std::int64_t output) const {
        return std::span(codes).subspan(static_cast<std::size_t>(output * in_features),
                                        static_cast<std::size_t>(in_features));
    }
};

// How the layer's inputs become codes on `datapath`.
ActivationCoding coding_of(const QuantizedLayer& layer, const Datapath& datapath);

struct QuantizedModel {
    Datapath datapath;                   // what the codes were made for
    std::vector<QuantizedLayer> layers;  // in the order of execution
    Json provenance;                     // algorithm, statistics, hashes: written and read back unchanged

    const QuantizedLayer* find(const std::string& name) const;
};

// Errors: a code outside the datapath's weight range, a scale that is not finite and positive, a shape
// mismatch, an activation coding that the datapath does not have.
Expected<void> check(const QuantizedModel& model, const std::filesystem::path& file);

Expected<void> write_quantized_model(const std::filesystem::path& folder, const QuantizedModel& model);
Expected<QuantizedModel> read_quantized_model(const std::filesystem::path& folder);

}  // namespace macaw::golden
