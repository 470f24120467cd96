#include "golden/support/mapped_file.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace macaw {
namespace fs = std::filesystem;

namespace {

Error unreadable(const fs::path& path, const std::string& why) {
    return Error{ErrorKind::BadInput, "cannot be read: " + why, {}, {path.string()}};
}

}  // namespace

Expected<MappedFile> MappedFile::open(const fs::path& path) {
    int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return fail(unreadable(path, std::strerror(errno)));
    struct stat status {};
    if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(file);
        return fail(unreadable(path, "not a regular file"));
    }
    MappedFile mapped;
    mapped.path_ = path;
    auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) {  // nothing to map
        ::close(file);
        return mapped;
    }
    void* map = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    int problem = errno;
    ::close(file);
    if (map == MAP_FAILED)
        return fail(Error{ErrorKind::System,
                          fmt::format("cannot be mapped: {}", std::strerror(problem)),
                          {},
                          {path.string()}});
    mapped.map_ =
        std::shared_ptr<const void>(map, [size](const void* at) { ::munmap(const_cast<void*>(at), size); });
    mapped.bytes_ = {static_cast<const std::byte*>(map), size};
    return mapped;
}

void MappedFile::release(std::span<const std::byte> part) const {
    static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    auto before = reinterpret_cast<std::uintptr_t>(part.data()) % page;
    std::size_t skipped = before == 0 ? 0 : page - before;  // up to the next page
    if (part.size() < skipped + page) return;
    std::span<const std::byte> pages = part.subspan(skipped, (part.size() - skipped) / page * page);
    // The mapping is private and never written, so that dropping pages loses nothing; a refusal costs memory
    // only.
    ::madvise(const_cast<std::byte*>(pages.data()), pages.size(), MADV_DONTNEED);
}

}  // namespace macaw
