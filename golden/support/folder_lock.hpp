// One run at a time in a folder.
#pragma once

#include <filesystem>

#include "golden/support/error.hpp"

namespace macaw {

// Holds the file `.lock` of a folder until it is destroyed and the programs that were started meanwhile have
// ended: they inherit it, so that a run that was killed does not leave its steps working in a folder that
// looks free.
class FolderLock {
  public:
    // Makes the folder. Errors: BadInput where another run holds it; System where it cannot be written.
    static Expected<FolderLock> acquire(const std::filesystem::path& folder);
    FolderLock(FolderLock&& other) noexcept;
    FolderLock& operator=(FolderLock&&) = delete;
    ~FolderLock();

  private:
    explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;  // -1: moved from
};

}  // namespace macaw
