// SentencePiece (Llama 2, TinyLlama) by libsentencepiece: from a tokenizer.model, or from the pieces and
// scores that a GGUF file holds. Control symbols ("<s>") in a text are text, as the library has it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "quantizer/llama/tokenizer_model.hpp"

namespace macaw::quantizer {

// As numbered by sentencepiece_model.proto and by GGUF's tokenizer.ggml.token_type.
enum class PieceType : int { Normal = 1, Unknown, Control, UserDefined, Unused, Byte };

struct Piece {
    std::string text;
    float score = 0;
    PieceType type = PieceType::Normal;
};

struct PieceModel {
    std::vector<Piece> pieces;     // by id
    bool add_dummy_prefix = true;  // a space in front of the text
    bool remove_extra_whitespaces = false;
};

// `file`: the bytes of a tokenizer.model.
Expected<std::shared_ptr<const TokenizerModel>> load_sentence_piece(std::string_view file);

// The bytes of a tokenizer.model of type BPE with the pieces, in protobuf's wire format.
std::string serialize(const PieceModel& model);

}  // namespace macaw::quantizer
