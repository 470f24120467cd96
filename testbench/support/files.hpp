// Files that tests use: a scratch folder removed at the end, the embedded model, and ../shared where it
// exists.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include <unistd.h>

namespace macaw::testing {

// A fresh empty folder, removed with its contents when the object dies.
class ScratchFolder {
  public:
    ScratchFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "macaw-test-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

inline std::filesystem::path source_folder() {
    return MACAW_SOURCE_DIR;
}

inline std::filesystem::path embedded_model() {
    return source_folder() / "testbench/data/tiny-books-llama";
}

// The developers' data beside the checkout (texts, Liberty files); tests that want it skip with a message
// without it.
inline std::optional<std::filesystem::path> shared_data(const std::string& relative) {
    std::filesystem::path path = source_folder() / "../shared" / relative;
    if (!std::filesystem::exists(path)) return std::nullopt;
    return path;
}

}  // namespace macaw::testing
