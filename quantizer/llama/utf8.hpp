// Whether a text is UTF-8 (RFC 3629).
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace macaw::quantizer {

// Offset of the first character that is not well-formed: a stray or missing continuation, an overlong form, a
// surrogate, beyond U+10FFFF.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);

}  // namespace macaw::quantizer
