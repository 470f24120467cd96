// Widths in our JSON files: a number of bits, refused where no accumulator can have it.
#pragma once

#include <filesystem>
#include <string>

#include "golden/integer_range.hpp"
#include "golden/support/file.hpp"

namespace macaw::golden {

// The required member `key`, in bits. Errors name file and key.
Expected<BitWidth> bit_width_member(const Json& object, const std::string& key,
                                    const std::filesystem::path& file);

}  // namespace macaw::golden
