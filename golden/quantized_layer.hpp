// The quantized linear layer, in memory and on disk: the border between quantizer and hardware.
//
// On disk a quantized model is a folder:
//   layers.safetensors   "<layer>.codes"  int8 [out_features, in_features], row-major, in the order in which
//   the
//                                          hardware consumes them (tile of a column = its stored index / T)
//                        "<layer>.scales" float32 [out_features]
//   layers.json          Datapath, algorithm, statistics, hashes of the inputs
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "golden/datapath.hpp"

namespace macaw::golden {

struct QuantizedLayer {
    std::string name;  // "model.layers.0.self_attn.q_proj"
    std::int64_t out_features = 0;
    std::int64_t in_features = 0;    // K
    std::vector<std::int8_t> codes;  // [out_features, in_features]
    std::vector<float> scales;       // [out_features], one a row

    std::span<const std::int8_t> row(std::int64_t output) const {
        return std::span(codes).subspan(static_cast<std::size_t>(output * in_features),
                                        static_cast<std::size_t>(in_features));
    }
};

struct QuantizedModel {
    Datapath datapath;                   // what the codes were made for
    std::vector<QuantizedLayer> layers;  // in the order of execution
    Json provenance;                     // algorithm, statistics, hashes: written and read back unchanged

    const QuantizedLayer* find(const std::string& name) const;
};

// Errors: a code outside the datapath's weight range, a scale that is not finite and positive, a shape
// mismatch.
Expected<void> check(const QuantizedModel& model, const std::filesystem::path& file);

Expected<void> write_quantized_model(const std::filesystem::path& folder, const QuantizedModel& model);
Expected<QuantizedModel> read_quantized_model(const std::filesystem::path& folder);

}  // namespace macaw::golden
