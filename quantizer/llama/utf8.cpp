#include "quantizer/llama/utf8.hpp"

namespace macaw::quantizer {

namespace {

// Bytes of the character at the start of `text`; 0 where it is not well-formed.
std::size_t character_length(std::string_view text) {
    auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
    if ((first & 0xF0U) == 0xE0U) {
        bool overlong = first == 0xE0 && byte(1) < 0xA0;
        bool surrogate = first == 0xED && byte(1) > 0x9F;
        return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        bool overlong = first == 0xF0 && byte(1) < 0x90;
        bool too_large = first == 0xF4 && byte(1) > 0x8F;
        return continues(1) && continues(2) && continues(3) && !overlong && !too_large ? 4 : 0;
    }
    return 0;
}

}  // namespace

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        std::size_t length = character_length(text.substr(at, 4));
        if (length == 0) return at;
        at += length;
    }
    return std::nullopt;
}

}  // namespace macaw::quantizer
