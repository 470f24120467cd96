#include "golden/support/hash.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

#include <openssl/evp.h>

namespace macaw {
namespace fs = std::filesystem;

namespace {

class Sha256 {
  public:
    Sha256() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
        require(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1,
                "libcrypto has no SHA-256");
    }
    void update(const void* data, std::size_t size) {
        require(EVP_DigestUpdate(context_.get(), data, size) == 1, "SHA-256 failed");
    }
    std::string finish() {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned size = 0;
        require(EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1, "SHA-256 failed");
        std::string text;
        for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
        return text;
    }

  private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace

std::string sha256(std::string_view text) {
    Sha256 hash;
    hash.update(text.data(), text.size());
    return hash.finish();
}

Expected<std::string> sha256_of_file(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("cannot be read: {}", std::strerror(errno)),
                          {},
                          {path.string()}});
    Sha256 hash;
    std::vector<char> buffer(1 << 16);
    while (stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || stream.gcount() > 0)
        hash.update(buffer.data(), static_cast<std::size_t>(stream.gcount()));
    if (stream.bad()) return fail(Error{ErrorKind::System, "reading failed", {}, {path.string()}});
    return hash.finish();
}

Expected<std::string> sha256_of_path(const fs::path& file_or_folder) {
    std::error_code problem;
    if (!fs::is_directory(file_or_folder, problem)) return sha256_of_file(file_or_folder);
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(file_or_folder))
        if (entry.is_regular_file()) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::string listing;
    for (const fs::path& file : files) {
        MACAW_TRY(std::string digest, sha256_of_file(file));
        listing += fs::relative(file, file_or_folder).string() + " " + digest + "\n";
    }
    return sha256(listing);
}

}  // namespace macaw
