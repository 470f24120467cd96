#include "quantizer/llama/sentence_piece.hpp"

#include <algorithm>
#include <bit>

#include <sentencepiece_processor.h>

namespace macaw::quantizer {

namespace {

class SentencePiece final : public TokenizerModel {
  public:
    static Expected<std::shared_ptr<const TokenizerModel>> load(std::string_view file) {
        auto model = std::make_shared<SentencePiece>();
        auto status = model->processor_.LoadFromSerializedProto(file);
        if (!status.ok())
            return fail(ErrorKind::BadInput, "not a SentencePiece model: {}", status.ToString());
        return model;
    }
    Expected<void> encode(std::string_view text, std::vector<TokenId>& tokens) const override {
        std::vector<int> ids;
        auto status = processor_.Encode(text, &ids);
        if (!status.ok()) return fail(ErrorKind::BadInput, "SentencePiece: {}", status.ToString());
        tokens.insert(tokens.end(), ids.begin(), ids.end());
        return {};
    }
    Expected<std::string> decode(std::span<const TokenId> tokens) const override {
        auto stranger = std::find_if(tokens.begin(), tokens.end(), [&](TokenId token) {
            return token < 0 || token >= processor_.GetPieceSize();
        });
        if (stranger != tokens.end()) return fail(ErrorKind::BadInput, "there is no token {}", *stranger);
        std::string text;
        auto status = processor_.Decode(std::vector<int>(tokens.begin(), tokens.end()), &text);
        if (!status.ok()) return fail(ErrorKind::BadInput, "SentencePiece: {}", status.ToString());
        return text;
    }

  private:
    sentencepiece::SentencePieceProcessor processor_;
};

// Protobuf's wire format, as far as a SentencePiece model needs it.
class ProtoWriter {
  public:
    void integer(unsigned field, std::uint64_t value) {
        varint(field << 3U);
        varint(value);
    }
    void real(unsigned field, float value) {
        varint((field << 3U) | 5U);
        auto bits = std::bit_cast<std::uint32_t>(value);
        for (unsigned shift = 0; shift < 32; shift += 8)
            bytes_ += static_cast<char>(static_cast<unsigned char>(bits >> shift & 0xFFU));
    }
    void text(unsigned field, std::string_view value) {
        varint((field << 3U) | 2U);
        varint(value.size());
        bytes_ += value;
    }
    const std::string& bytes() const { return bytes_; }

  private:
    void varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7U) bytes_ += static_cast<char>((value & 0x7FU) | 0x80U);
        bytes_ += static_cast<char>(value);
    }
    std::string bytes_;
};

}  // namespace

Expected<std::shared_ptr<const TokenizerModel>> load_sentence_piece(std::string_view file) {
    return SentencePiece::load(file);
}

// Field numbers of sentencepiece_model.proto.
std::string serialize(const PieceModel& model) {
    ProtoWriter file;
    bool has_bytes = false;
    std::size_t unknown = 0;
    for (std::size_t id = 0; id < model.pieces.size(); ++id) {
        const Piece& piece = model.pieces[id];
        ProtoWriter message;
        message.text(1, piece.text);
        message.real(2, piece.score);
        message.integer(3, static_cast<std::uint64_t>(piece.type));
        file.text(1, message.bytes());
        has_bytes = has_bytes || piece.type == PieceType::Byte;
        if (piece.type == PieceType::Unknown) unknown = id;
    }
    ProtoWriter trainer;
    trainer.integer(3, 2);  // model_type BPE
    trainer.integer(4, model.pieces.size());
    trainer.integer(35, has_bytes ? 1 : 0);  // byte_fallback
    trainer.integer(40, unknown);
    file.text(2, trainer.bytes());
    ProtoWriter normalizer;
    normalizer.text(1, "identity");
    normalizer.integer(3, model.add_dummy_prefix ? 1 : 0);
    normalizer.integer(4, model.remove_extra_whitespaces ? 1 : 0);
    normalizer.integer(5, 1);  // escape_whitespaces
    file.text(3, normalizer.bytes());
    return file.bytes();
}

}  // namespace macaw::quantizer
