// A file mapped read-only into memory: bytes are read from the disk when they are touched, and the system may
// take them back at any time. A file that another process shortens while it is mapped ends the program
// (SIGBUS); our own files are replaced by rename and therefore never shortened.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "golden/support/error.hpp"

namespace macaw {

// Copies share the mapping; the last one ends it.
class MappedFile {
  public:
    // `path` must be a regular file; an empty one has no bytes.
    static Expected<MappedFile> open(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return path_; }
    std::span<const std::byte> bytes() const { return bytes_; }

    // Gives the memory behind whole pages of `part` back to the system. The bytes stay readable (from the
    // page cache or the disk); without this call all that was read counts as memory of this process.
    void release(std::span<const std::byte> part) const;

  private:
    std::filesystem::path path_;
    std::shared_ptr<const void> map_;  // its deleter unmaps
    std::span<const std::byte> bytes_;
};

}  // namespace macaw
