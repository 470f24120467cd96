// Byte-level BPE (GPT-2's) from a Hugging Face tokenizer.json: the text is split by the GPT-2 pattern, each
// piece's bytes are merged pair by pair in the order of the merges. Other normalizers, pre-tokenizers and
// models are refused. Special tokens are recognised in the text and never added to it (no BOS).
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "golden/support/error.hpp"
#include "golden/support/file.hpp"
#include "quantizer/llama/forward.hpp"

namespace macaw::quantizer {

class Tokenizer {
  public:
    // tokenizer.json of `folder`.
    static Expected<Tokenizer> load(const std::filesystem::path& folder);

    // `text` must be UTF-8; an error names the offset of the first byte that is not.
    Expected<std::vector<TokenId>> encode(std::string_view text) const;
    // The bytes of the tokens; an id without a token is an error.
    Expected<std::string> decode(std::span<const TokenId> tokens) const;
    std::size_t vocabulary() const { return bytes_of_.size(); }

  private:
    struct Merge {
        std::int32_t rank;
        TokenId merged;
    };
    struct AddedToken {
        std::string text;
        TokenId id;
    };

    Expected<void> read_vocabulary(const Json& model, const std::filesystem::path& file);
    Expected<void> read_merges(const Json& model, const std::filesystem::path& file);
    Expected<void> read_added_tokens(const Json& json, const std::filesystem::path& file);
    Expected<void> compile_pattern();
    std::vector<TokenId> merge_piece(std::string_view piece) const;
    Expected<void> encode_plain(std::string_view text, std::size_t offset,
                                std::unordered_map<std::string_view, std::vector<TokenId>>& cache,
                                std::vector<TokenId>& tokens) const;

    std::unordered_map<std::string, TokenId> id_of_;     // by the bytes that the token stands for
    std::unordered_map<TokenId, std::string> bytes_of_;  // the same the other way round, and the added tokens
    std::unordered_map<std::uint64_t, Merge>
        merges_;  // key: left id in the upper half, right id in the lower
    std::array<TokenId, 256> byte_token_{};
    std::vector<AddedToken> added_;
    std::shared_ptr<const void> pattern_;  // compiled by PCRE2
};

// A text and where it came from.
struct TokenizedText {
    std::string file;    // name without folder
    std::string sha256;  // of the bytes of the file
    std::vector<TokenId> tokens;
};
Expected<TokenizedText> tokenize_file(const Tokenizer& tokenizer, const std::filesystem::path& file);

// The i-th full, non-overlapping window.
inline std::span<const TokenId> window_of(const TokenizedText& text, std::int64_t window, std::size_t index) {
    return std::span(text.tokens)
        .subspan(index * static_cast<std::size_t>(window), static_cast<std::size_t>(window));
}

}  // namespace macaw::quantizer
