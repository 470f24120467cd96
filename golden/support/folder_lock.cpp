#include "golden/support/folder_lock.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace macaw {

Expected<FolderLock> FolderLock::acquire(const std::filesystem::path& folder) {
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    const std::filesystem::path file = folder / ".lock";
    // Without O_CLOEXEC: the steps inherit it.
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT, 0666);
    if (descriptor < 0)
        return fail(Error{ErrorKind::System,
                          fmt::format("cannot be written: {}", std::strerror(errno)),
                          {},
                          {file.string()}});
    FolderLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno != EWOULDBLOCK)
        return fail(Error{ErrorKind::System,
                          fmt::format("cannot be locked: {}", std::strerror(errno)),
                          {},
                          {file.string()}});
    return fail(
        Error{ErrorKind::BadInput,
              "another run, or what is left of one, works in this folder",
              fmt::format("wait until it ends, choose another folder with -o, or see who it is: fuser {}",
                          file.string()),
              {folder.string()}});
}

FolderLock::FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock::~FolderLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace macaw
