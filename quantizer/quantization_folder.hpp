// A quantized model on disk with everything that an evaluation needs beside the checkpoint: codes (golden's
// format) and, where the model was prepared, its frame. The provenance says whether there has to be one.
#pragma once

#include <filesystem>

#include "quantizer/quantize_model.hpp"

namespace macaw::quantizer {

// layers.safetensors, layers.json and, if the model was prepared, frame.safetensors.
Expected<void> write_quantization(const std::filesystem::path& folder, const QuantizationResult& result);

// The checkpoint at `path` as `model`, read from `folder`, was quantized from it: with its prepared frame
// where it has one. Errors: a frame that is missing or was made from another checkpoint.
Expected<Checkpoint> load_checkpoint_of(const std::filesystem::path& path,
                                        const golden::QuantizedModel& model,
                                        const std::filesystem::path& folder);

}  // namespace macaw::quantizer
