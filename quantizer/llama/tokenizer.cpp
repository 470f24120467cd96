#include "quantizer/llama/tokenizer.hpp"

#include <algorithm>

#include "golden/support/file.hpp"
#include "golden/support/hash.hpp"
#include "quantizer/llama/tokenizer_files.hpp"
#include "quantizer/llama/utf8.hpp"

namespace macaw::quantizer {

namespace fs = std::filesystem;

namespace {

// Finds the first added token at or behind a place; remembers where each one is next, so that a text is
// searched once.
class AddedTokenFinder {
  public:
    AddedTokenFinder(std::string_view text, std::span<const AddedToken> added) : text_(text), added_(added) {
        for (const AddedToken& token : added_) next_.push_back(text_.find(token.text));
    }

    struct Found {
        std::size_t place;        // npos: none
        const AddedToken* token;  // null: none
    };
    Found first_from(std::size_t start) {
        Found first{std::string_view::npos, nullptr};
        for (std::size_t i = 0; i < added_.size(); ++i) {
            if (next_[i] < start) next_[i] = text_.find(added_[i].text, start);
            if (next_[i] < first.place) first = {next_[i], &added_[i]};
        }
        return first;
    }

  private:
    std::string_view text_;
    std::span<const AddedToken> added_;
    std::vector<std::size_t> next_;
};

}  // namespace

Tokenizer::Tokenizer(std::shared_ptr<const TokenizerModel> model, std::vector<AddedToken> added)
    : model_(std::move(model)), added_(std::move(added)) {
    std::stable_sort(added_.begin(), added_.end(),
                     [](const AddedToken& a, const AddedToken& b) { return a.text.size() > b.text.size(); });
}

Expected<Tokenizer> Tokenizer::load(const fs::path& path) {
    if (path.extension() == ".gguf") return read_gguf_tokenizer(path);
    fs::path json = path / "tokenizer.json";
    fs::path pieces = path / "tokenizer.model";
    if (!fs::exists(pieces)) return read_tokenizer_json(json);
    if (!fs::exists(json)) return read_tokenizer_model(pieces);
    MACAW_TRY(bool restated, restates_sentence_piece(json));
    return restated ? read_tokenizer_model(pieces) : read_tokenizer_json(json);
}

Expected<std::vector<TokenId>> Tokenizer::encode(std::string_view text) const {
    if (auto invalid = first_invalid_utf8(text))
        return fail(ErrorKind::BadInput, "the text is not UTF-8 at byte {}", *invalid);
    std::vector<TokenId> tokens;
    AddedTokenFinder finder(text, added_);
    std::size_t start = 0;
    while (start < text.size()) {
        auto [place, token] = finder.first_from(start);
        std::string_view plain = text.substr(start, place - start);
        if (!plain.empty()) MACAW_CHECK(model_->encode(plain, tokens));
        if (token == nullptr) break;
        tokens.push_back(token->id);
        start = place + token->text.size();
    }
    return tokens;
}

Expected<std::string> Tokenizer::decode(std::span<const TokenId> tokens) const {
    auto added = [&](TokenId id) {
        return std::find_if(added_.begin(), added_.end(), [&](const AddedToken& a) { return a.id == id; });
    };
    std::string text;
    for (std::size_t at = 0; at < tokens.size();) {
        if (auto token = added(tokens[at]); token != added_.end()) {
            text += token->text;
            ++at;
            continue;
        }
        std::size_t end = at + 1;
        while (end < tokens.size() && added(tokens[end]) == added_.end()) ++end;
        MACAW_TRY(std::string plain, model_->decode(tokens.subspan(at, end - at)));
        text += plain;
        at = end;
    }
    return text;
}

Expected<TokenizedText> tokenize_file(const Tokenizer& tokenizer, const fs::path& file) {
    MACAW_TRY(std::string text, read_text(file));
    auto tokens = tokenizer.encode(text);
    if (!tokens) return fail(std::move(tokens.error()).at({file.string()}));
    return TokenizedText{file.filename().string(), sha256(text), std::move(*tokens)};
}

}  // namespace macaw::quantizer
