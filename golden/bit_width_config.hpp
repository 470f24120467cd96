// Widths in our JSON and YAML files: a number of bits, refused where no accumulator can have it.
#pragma once

#include <filesystem>
#include <string>

#include "golden/integer_range.hpp"
#include "golden/support/file.hpp"
#include "golden/support/yaml.hpp"

namespace macaw::golden {

// The required member `key`, in bits. Errors name file and key.
Expected<BitWidth> bit_width_member(const Json& object, const std::string& key,
                                    const std::filesystem::path& file);

// Sets `width` when the key is there and legal; records an error when it is not legal.
void read_width(YamlMapping& yaml, const std::string& key, BitWidth& width);

}  // namespace macaw::golden
