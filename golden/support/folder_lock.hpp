// One run at a time in a folder.
#pragma once

#include <chrono>
#include <filesystem>

#include "golden/support/error.hpp"

namespace macaw {

// Holds the file `.lock` of a folder until it is destroyed and the programs that were started meanwhile have
// ended: they inherit it, so that a run that was killed does not leave its steps working in a folder that
// looks free.
class FolderLock {
  public:
    // How long the steps of an interrupted run may take to end: they look for SIGINT between two pieces of
    // work.
    static constexpr std::chrono::milliseconds kPatience{15'000};

    // Makes the folder; where it is held, tries again until `patience` is over. Errors: BadInput where
    // another run holds it still; System where it cannot be written; Interrupted.
    static Expected<FolderLock> acquire(const std::filesystem::path& folder,
                                        std::chrono::milliseconds patience = {});
    FolderLock(FolderLock&& other) noexcept;
    FolderLock& operator=(FolderLock&&) = delete;
    ~FolderLock();

  private:
    explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;  // -1: moved from
};

}  // namespace macaw
