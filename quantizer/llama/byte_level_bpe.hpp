// Byte-level byte-pair encoding (GPT-2, Llama 3, SmolLM): the pre-tokenizer cuts the text into pieces, the
// bytes of each piece are merged pair by pair, the pair of the lowest rank first and of equal ones the
// leftmost, as Hugging Face tokenizers does it.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "quantizer/llama/pre_tokenizer.hpp"
#include "quantizer/llama/tokenizer_model.hpp"

namespace macaw::quantizer {

class ByteLevelBpe final : public TokenizerModel {
  public:
    // Tokens and merges as the file writes them, with a printable character for each byte.
    struct Parts {
        std::vector<std::pair<std::string, TokenId>> vocabulary;
        std::vector<std::pair<std::string, std::string>> merges;  // by rank
        bool whole_pieces_first = false;  // a piece that is a token needs no merges ("ignore_merges")
        PreTokenizer pre_tokenizer;
    };
    // Errors: a repeated or negative id, a merge of what is no token.
    static Expected<std::shared_ptr<const TokenizerModel>> create(Parts parts);

    // A byte without a token (SmolLM has none for some control characters) is an error; others leave it out.
    Expected<void> encode(std::string_view text, std::vector<TokenId>& tokens) const override;
    Expected<std::string> decode(std::span<const TokenId> tokens) const override;

  private:
    struct Merge {
        std::int32_t rank;
        TokenId merged;
    };

    Expected<void> add_vocabulary(const Parts& parts);
    Expected<void> add_merges(const Parts& parts);
    const Merge* merge_of(TokenId left, TokenId right) const;
    std::vector<TokenId> tokens_of_piece(std::string_view piece) const;
    std::vector<TokenId> merge_bytes(std::string_view piece) const;

    std::unordered_map<std::string, TokenId> id_of_;     // by the bytes that the token stands for
    std::unordered_map<TokenId, std::string> bytes_of_;  // the same the other way round
    std::unordered_map<std::uint64_t, Merge>
        merges_;                             // key: left id in the upper half, right id in the lower
    std::array<TokenId, 256> byte_token_{};  // -1: none
    bool whole_pieces_first_ = false;
    PreTokenizer pre_tokenizer_;
};

}  // namespace macaw::quantizer
