// SHA-256 (libcrypto), as 64 lower-case hexadecimal digits. Inputs and steps are named by it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "golden/support/error.hpp"

namespace macaw {

std::string sha256(std::string_view text);
Expected<std::string> sha256_of_file(const std::filesystem::path& path);

// Of a folder: the hash over the sorted relative names and contents of its files.
Expected<std::string> sha256_of_path(const std::filesystem::path& file_or_folder);

}  // namespace macaw
