// The prepared frame of a model on disk: frame.safetensors with embedding, norms, final norm and, where it is
// untied, the LM head, in float32 under their Hugging Face names. A quantized model whose checkpoint was
// prepared has to be evaluated with it; the linear layers are in the quantized model. The file names the
// checkpoint that it was made from, and fits no other.
#pragma once

#include <filesystem>

#include "quantizer/llama/checkpoint.hpp"

namespace macaw::quantizer {

// Writes frame.safetensors into `folder`, which exists.
Expected<void> write_frame(const std::filesystem::path& folder, const Checkpoint& prepared);

bool has_frame(const std::filesystem::path& folder);

// Replaces the frame of `checkpoint` (not prepared, the one that the frame was made from). After an error
// it is of no use any more.
Expected<void> read_frame(const std::filesystem::path& folder, Checkpoint& checkpoint);

}  // namespace macaw::quantizer
