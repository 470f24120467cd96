// The tokenizer that a GGUF file carries: see tokenizer_files.hpp.
#include "quantizer/llama/byte_level_bpe.hpp"
#include "quantizer/llama/gguf.hpp"
#include "quantizer/llama/sentence_piece.hpp"
#include "quantizer/llama/tokenizer_files.hpp"

namespace macaw::quantizer {

namespace {

struct PreTokenizerFacts {
    std::vector<std::string_view> patterns;
    bool whole_pieces_first;
};

// tokenizer.ggml.pre, as llama.cpp's converter writes it.
Expected<PreTokenizerFacts> pre_tokenizer_facts(const GgufFile& file) {
    MACAW_TRY(std::string name, file.text("tokenizer.ggml.pre"));
    if (name == "gpt-2") return PreTokenizerFacts{{kGpt2Pattern}, false};
    if (name == "smollm") return PreTokenizerFacts{{kDigitPattern, kGpt2Pattern}, false};
    if (name == "llama-bpe" || name == "llama3" || name == "llama-v3")
        return PreTokenizerFacts{{kLlama3Pattern}, true};
    return fail(file.error(fmt::format("pre-tokenizer {} is not supported", name),
                           "macaw reads gpt-2, smollm and llama-bpe"));
}

// Types of the tokens by id, as many as there are tokens.
Expected<std::vector<std::int64_t>> token_types(const GgufFile& file, std::size_t tokens) {
    MACAW_TRY(auto types, file.list<std::int64_t>("tokenizer.ggml.token_type"));
    if (types.size() != tokens)
        return fail(file.error(fmt::format("{} token types for {} tokens", types.size(), tokens)));
    for (std::int64_t type : types)
        if (type < static_cast<int>(PieceType::Normal) || type > static_cast<int>(PieceType::Byte))
            return fail(file.error(fmt::format("token type {} is not known", type)));
    return types;
}

bool is_added(std::int64_t type) {
    return type == static_cast<int>(PieceType::Control) || type == static_cast<int>(PieceType::UserDefined);
}

Expected<Tokenizer> read_byte_level(const GgufFile& file) {
    MACAW_TRY(auto tokens, file.list<std::string>("tokenizer.ggml.tokens"));
    MACAW_TRY(auto merges, file.list<std::string>("tokenizer.ggml.merges"));
    MACAW_TRY(auto types, token_types(file, tokens.size()));
    MACAW_TRY(PreTokenizerFacts facts, pre_tokenizer_facts(file));
    ByteLevelBpe::Parts parts;
    MACAW_TRY(parts.pre_tokenizer, PreTokenizer::create(facts.patterns));
    parts.whole_pieces_first = facts.whole_pieces_first;
    std::vector<AddedToken> added;
    for (std::size_t id = 0; id < tokens.size(); ++id) {
        if (is_added(types[id]) && !tokens[id].empty())
            added.push_back({tokens[id], static_cast<TokenId>(id)});
        parts.vocabulary.emplace_back(std::move(tokens[id]), static_cast<TokenId>(id));
    }
    for (const std::string& merge : merges) {
        std::size_t space = merge.find(' ');
        if (space == std::string::npos)
            return fail(file.error(
                fmt::format("tokenizer.ggml.merges[{}] is not a pair of tokens", parts.merges.size())));
        parts.merges.emplace_back(merge.substr(0, space), merge.substr(space + 1));
    }
    auto model = ByteLevelBpe::create(std::move(parts));
    if (!model) return fail(file.error("tokenizer.ggml: " + model.error().message));
    return Tokenizer(std::move(*model), std::move(added));
}

Expected<Tokenizer> read_pieces(const GgufFile& file) {
    MACAW_TRY(auto tokens, file.list<std::string>("tokenizer.ggml.tokens"));
    MACAW_TRY(auto scores, file.list<double>("tokenizer.ggml.scores"));
    MACAW_TRY(auto types, token_types(file, tokens.size()));
    if (scores.size() != tokens.size())
        return fail(file.error(fmt::format("{} scores for {} tokens", scores.size(), tokens.size())));
    PieceModel pieces;
    for (std::size_t id = 0; id < tokens.size(); ++id)
        pieces.pieces.push_back({std::move(tokens[id]), static_cast<float>(scores[id]),
                                 static_cast<PieceType>(static_cast<int>(types[id]))});
    if (file.has("tokenizer.ggml.add_space_prefix")) {
        MACAW_TRY(pieces.add_dummy_prefix, file.flag("tokenizer.ggml.add_space_prefix"));
    }
    if (file.has("tokenizer.ggml.remove_extra_whitespaces")) {
        MACAW_TRY(pieces.remove_extra_whitespaces, file.flag("tokenizer.ggml.remove_extra_whitespaces"));
    }
    auto model = load_sentence_piece(serialize(pieces));
    if (!model) return fail(file.error("tokenizer.ggml: " + model.error().message));
    return Tokenizer(std::move(*model), {});
}

}  // namespace

Expected<Tokenizer> read_gguf_tokenizer(const std::filesystem::path& path) {
    MACAW_TRY(GgufFile file, GgufFile::open(path));
    MACAW_TRY(std::string model, file.text("tokenizer.ggml.model"));
    if (model == "gpt2") return read_byte_level(file);
    if (model == "llama") return read_pieces(file);
    return fail(file.error(fmt::format("tokenizer {} is not supported", model),
                           "macaw reads gpt2 (byte-level BPE) and llama (SentencePiece)"));
}

}  // namespace macaw::quantizer
