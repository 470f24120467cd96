// The tensors of a checkpoint by their Hugging Face names, wherever they are stored: read one at a time into
// float32, from mapped files that are never held in memory as a whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "golden/support/error.hpp"

namespace macaw::quantizer {

using Shape = std::vector<std::int64_t>;

class TensorSource {
  public:
    virtual ~TensorSource() = default;

    // Of all tensors, in any order.
    virtual std::vector<std::string> names() const = 0;
    // The file or folder, for messages.
    virtual std::filesystem::path path() const = 0;
    // An error unless the tensor is there, has this shape and an element type that read() understands.
    virtual Expected<void> check(const std::string& name, const Shape& shape) const = 0;
    // The elements, row-major; check() holds for `shape` and out.size() is its product. Thread-safe.
    // Errors: as check(), and a value that is not finite.
    virtual Expected<void> read(const std::string& name, const Shape& shape, std::span<float> out) const = 0;
    // Of the file; of several, over their names and hashes in the order of their names.
    virtual Expected<std::string> sha256() const = 0;
};

// model.safetensors or the shards of model.safetensors.index.json, in F32, F16 or BF16.
Expected<std::unique_ptr<TensorSource>> open_safetensors_folder(const std::filesystem::path& folder);

// An error that names `tensor` and `file` unless all values are finite.
Expected<void> check_finite(std::span<const float> values, const std::string& tensor,
                            const std::filesystem::path& file);

}  // namespace macaw::quantizer
