// A quantized model as a Hugging Face folder in the layout of the compressed-tensors library
// (github.com/vllm-project/compressed-tensors), which transformers and vLLM read: model.safetensors and
// config.json with a `quantization_config`. Weights are exact: integers and one float32 scale a row.
//
//   pack-quantized  <layer>.weight_packed  int32 [out, ceil(in * M / 32)]: code + 2^(M-1), least significant
//                                          bits first; M = 2, 4, 8, where no code crosses a word
//                   <layer>.weight_shape   int64 [2]
//   int-quantized   <layer>.weight         int8 [out, in]; any M. Versions of the library pack 3, 5, 6 and 7
//   bits
//                                          in different ways, so these widths are not packed.
//   both            <layer>.weight_scale   float32 [out, 1]
//
// Not the same there: how activations become codes. The library's symmetric scale is max|x| / ((2^N - 1) /
// 2), ours max|x| / (2^(N-1) - 1), and it has neither narrower code ranges nor clipping (`differences` says
// where). What the array computes stands in layers.json and certificate.json, which the caller puts beside.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "golden/quantized_layer.hpp"
#include "quantizer/llama/checkpoint.hpp"

namespace macaw::quantizer {

enum class CodeLayout { Packed, Bytes };
std::string to_string(CodeLayout layout);  // "pack-quantized", "int-quantized"

// Packed where codes of this width do not cross words, else Bytes.
CodeLayout usual_layout(golden::BitWidth weight_bits);

// codes: [rows, columns] in -2^(bits-1)..2^(bits-1)-1; bits 2, 4 or 8. Result: [rows, ceil(columns * bits /
// 32)], unused bits zero.
std::vector<std::int32_t> pack_codes(std::span<const golden::WeightCode> codes, std::int64_t rows,
                                     std::int64_t columns, int bits);
std::vector<golden::WeightCode> unpack_codes(std::span<const std::int32_t> packed, std::int64_t rows,
                                             std::int64_t columns, int bits);

// The section of config.json: one group for all layers, or one for each set of layers whose inputs are coded
// alike.
Json quantization_config(const golden::QuantizedModel& model, CodeLayout layout);

// config.json of a checkpoint that has none (a GGUF file), without the section. Errors: rotary frequencies
// that are given one by one, which config.json can only derive from parameters.
Expected<Json> hugging_face_config(const ModelConfig& config);

// One sentence for each way in which a reader's activations differ from the datapath's.
std::vector<std::string> differences(const golden::QuantizedModel& model);

// Writes model.safetensors and config.json into `folder`, which exists, and reads the codes back to compare.
// `frame`: the checkpoint whose frame belongs to the layers (prepared where they were). `config`: the
// checkpoint's config.json. Errors: layers that do not belong to the checkpoint, a layer whose input is
// transformed online (the layout has no place for it), a layout that does not take the width of the weights.
Expected<void> export_compressed_tensors(const std::filesystem::path& folder, const Checkpoint& frame,
                                         const golden::QuantizedModel& model, const Json& config,
                                         CodeLayout layout);

// Names, shapes, codes and scales of the layers in such a folder (of these names), whichever layout it has.
Expected<std::vector<golden::QuantizedLayer>> read_compressed_tensors(const std::filesystem::path& folder,
                                                                      std::span<const std::string> names);

}  // namespace macaw::quantizer
