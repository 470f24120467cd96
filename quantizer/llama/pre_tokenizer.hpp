// The regular expressions that cut a text into pieces before byte-pair encoding (PCRE2; RE2 has no
// look-ahead). Each expression is applied to every piece of the one before; its matches and what lies between
// them are the next pieces, as Hugging Face's "Split" with behavior "Isolated" does it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "golden/support/error.hpp"

namespace macaw::quantizer {

// GPT-2's, which Hugging Face calls "ByteLevel" with use_regex.
inline constexpr std::string_view kGpt2Pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
// Llama 3's, from its tokenizer.json.
inline constexpr std::string_view kLlama3Pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
// Every digit a piece of its own: Hugging Face's "Digits" with individual_digits. SmolLM: this, then GPT-2's.
inline constexpr std::string_view kDigitPattern = R"(\p{N})";

class PreTokenizer {
  public:
    // One of the patterns above that does not compile is an error of the machine (PCRE2 without Unicode).
    static Expected<PreTokenizer> create(const std::vector<std::string_view>& patterns);

    // `text` is UTF-8. The pieces, in order, without gaps.
    Expected<std::vector<std::string_view>> split(std::string_view text) const;

  private:
    std::vector<std::shared_ptr<const void>> patterns_;  // compiled by PCRE2
};

}  // namespace macaw::quantizer
