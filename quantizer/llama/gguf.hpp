// The GGUF container (llama.cpp), versions 2 and 3, little-endian: magic, metadata as key and typed value,
// tensor descriptions, aligned tensor data. Read through a memory map; every length, offset and type is
// checked against the size of the file before use.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "golden/support/error.hpp"
#include "golden/support/file.hpp"
#include "golden/support/mapped_file.hpp"
#include "quantizer/llama/gguf_blocks.hpp"

namespace macaw::quantizer {

struct GgufTensor {
    std::uint32_t type = 0;           // number of the file; gguf_type() knows those that are read
    std::vector<std::int64_t> shape;  // row-major: the file's dimensions in reverse
    std::span<const std::byte> bytes;
    std::int64_t elements() const;
};

class GgufFile {
  public:
    static Expected<GgufFile> open(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return file_.path(); }
    // Strings hold the bytes of the file, which need not be UTF-8.
    const std::map<std::string, Json>& metadata() const { return metadata_; }
    const std::map<std::string, GgufTensor>& tensors() const { return tensors_; }
    // Gives the memory of a tensor that was read back to the system.
    void release(const GgufTensor& tensor) const { file_.release(tensor.bytes); }

    bool has(const std::string& key) const { return metadata_.contains(key); }
    // A required value. Errors: missing, of another type, an integer outside 0..2^31-1.
    Expected<std::int64_t> size(const std::string& key) const;
    Expected<double> number(const std::string& key) const;
    Expected<std::string> text(const std::string& key) const;
    Expected<bool> flag(const std::string& key) const;
    // Of strings, integers or numbers (T: std::string, std::int64_t, double).
    template <typename T>
    Expected<std::vector<T>> list(const std::string& key) const;

    // An error about this file.
    Error error(std::string message, std::string hint = {}) const;

  private:
    Expected<Json> value(const std::string& key) const;

    MappedFile file_;
    std::map<std::string, Json> metadata_;
    std::map<std::string, GgufTensor> tensors_;
};

}  // namespace macaw::quantizer
