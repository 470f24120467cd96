#include "golden/support/folder_lock.hpp"

#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "golden/support/progress.hpp"

namespace macaw {

Expected<FolderLock> FolderLock::acquire(const std::filesystem::path& folder,
                                         std::chrono::milliseconds patience) {
    auto refused = [&](ErrorKind kind, std::string message, std::string hint) {
        return fail(Error{kind, std::move(message), std::move(hint), {folder.string()}});
    };
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem)
        return refused(ErrorKind::System, "cannot be made: " + problem.message(),
                       "choose another folder with -o");
    // Without O_CLOEXEC: the steps inherit it.
    const int descriptor = ::open((folder / ".lock").c_str(), O_RDWR | O_CREAT, 0666);
    if (descriptor < 0)
        return refused(ErrorKind::System, fmt::format("cannot be written: {}", std::strerror(errno)),
                       "choose another folder with -o");
    FolderLock lock(descriptor);
    constexpr std::chrono::milliseconds pause{50};
    Progress progress("waiting for what is left of an earlier run, ms", patience.count());
    for (std::chrono::milliseconds waited{0};; waited += pause) {
        if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
        if (errno != EWOULDBLOCK || waited >= patience) break;
        MACAW_CHECK(stop_if_interrupted());
        std::this_thread::sleep_for(pause);
        progress.advance(pause.count());
    }
    if (errno != EWOULDBLOCK)
        return refused(ErrorKind::System, fmt::format("cannot be locked: {}", std::strerror(errno)),
                       "the file system may not know locks; choose a local folder with -o");
    return refused(ErrorKind::BadInput, "another run, or what is left of one, works in this folder",
                   "wait until it ends, or choose another folder with -o");
}

FolderLock::FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock::~FolderLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace macaw
