// Tokenizers of Llama checkpoints: byte-level BPE from a Hugging Face tokenizer.json, SentencePiece from a
// tokenizer.model, either from the metadata of a GGUF file. What would change the tokens and is not
// implemented (normalizers, other pre-tokenizers, other models) is refused. Nothing is added to a text: no
// BOS, no EOS; in byte-level BPE added tokens that stand in the text are recognised.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "golden/support/error.hpp"
#include "quantizer/llama/tokenizer_model.hpp"

namespace macaw::quantizer {

// A token that is cut out of the text before the model sees the rest.
struct AddedToken {
    std::string text;  // not empty
    TokenId id;
};

class Tokenizer {
  public:
    // `path`: a folder with tokenizer.json or tokenizer.model, or a .gguf file. A tokenizer.json that only
    // restates a SentencePiece model gives way to the tokenizer.model beside it.
    static Expected<Tokenizer> load(const std::filesystem::path& path);

    Tokenizer(std::shared_ptr<const TokenizerModel> model, std::vector<AddedToken> added);

    // `text` must be UTF-8; an error names the offset of the first byte that is not.
    Expected<std::vector<TokenId>> encode(std::string_view text) const;
    // The bytes of the tokens; an id without a token is an error.
    Expected<std::string> decode(std::span<const TokenId> tokens) const;

  private:
    std::shared_ptr<const TokenizerModel> model_;
    std::vector<AddedToken> added_;  // longer ones first: of two at one place the longer one is meant
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
