// What turns a stretch of text without added tokens into tokens and back; one implementation for byte-level
// BPE, one for SentencePiece.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "golden/support/error.hpp"
#include "quantizer/llama/forward.hpp"

namespace macaw::quantizer {

class TokenizerModel {
  public:
    virtual ~TokenizerModel() = default;
    // `text` is UTF-8. Appends to `tokens`. Thread-safe.
    virtual Expected<void> encode(std::string_view text, std::vector<TokenId>& tokens) const = 0;
    // An id without a token is an error.
    virtual Expected<std::string> decode(std::span<const TokenId> tokens) const = 0;
};

}  // namespace macaw::quantizer
