#include "quantizer/llama/tokenizer.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <algorithm>
#include <limits>
#include <optional>

#include <pcre2.h>

#include "golden/support/hash.hpp"

namespace macaw::quantizer {

namespace {

// The split of GPT-2, as the pre-tokenizer "ByteLevel" with use_regex does it.
constexpr std::string_view kPattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

Error refused(const std::filesystem::path& file, std::string message) {
    return Error{ErrorKind::BadInput,
                 std::move(message),
                 "macaw reads byte-level BPE with the GPT-2 pattern and without a normalizer",
                 {file.string()}};
}

// GPT-2 writes bytes as printable characters: those that print stand for themselves, the others follow from
// U+0100.
std::array<char32_t, 256> byte_characters() {
    std::array<char32_t, 256> characters{};
    char32_t next = 0x100;
    for (char32_t byte = 0; byte < 256; ++byte) {
        bool prints = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
        characters[byte] = prints ? byte : next++;
    }
    return characters;
}

// Code point at `at` of well-formed UTF-8 below U+0800 (all that a byte-level vocabulary uses); none
// otherwise.
std::optional<char32_t> short_code_point(std::string_view text, std::size_t& at) {
    auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) {
        ++at;
        return first;
    }
    if ((first & 0xE0U) != 0xC0U || at + 1 >= text.size()) return std::nullopt;
    auto second = static_cast<unsigned char>(text[at + 1]);
    at += 2;
    return static_cast<char32_t>(((first & 0x1FU) << 6U) | (second & 0x3FU));
}

// The bytes that a token of the vocabulary stands for; none when a character is not one of the 256.
std::optional<std::string> token_bytes(std::string_view written) {
    static const std::unordered_map<char32_t, char> byte_of = [] {
        std::unordered_map<char32_t, char> map;
        std::array<char32_t, 256> characters = byte_characters();
        for (std::size_t byte = 0; byte < 256; ++byte) map[characters[byte]] = static_cast<char>(byte);
        return map;
    }();
    std::string bytes;
    for (std::size_t at = 0; at < written.size();) {
        std::optional<char32_t> character = short_code_point(written, at);
        if (!character || !byte_of.contains(*character)) return std::nullopt;
        bytes += byte_of.at(*character);
    }
    return bytes;
}

std::uint64_t pair_key(TokenId left, TokenId right) {
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32U) |
           static_cast<std::uint32_t>(right);
}

bool is_set(const Json& object, const std::string& key) {
    if (!object.contains(key)) return false;
    const Json& value = object.at(key);
    return !value.is_null() && value != false && value != "";
}

// Everything in tokenizer.json that would change the tokens and is not implemented.
Expected<void> refuse_other_kinds(const Json& json, const std::filesystem::path& file) {
    if (is_set(json, "normalizer")) return fail(refused(file, "a normalizer is not supported"));
    if (is_set(json, "truncation")) return fail(refused(file, "truncation is not supported"));
    MACAW_TRY(Json splitter, json_member<Json>(json, "pre_tokenizer", file));
    if (!splitter.is_object() || splitter.value("type", "") != "ByteLevel" ||
        !splitter.value("use_regex", true) || splitter.value("add_prefix_space", true))
        return fail(refused(file, fmt::format("pre_tokenizer {} is not supported", splitter.dump())));
    MACAW_TRY(Json model, json_member<Json>(json, "model", file));
    if (!model.is_object() || model.value("type", "BPE") != "BPE")
        return fail(refused(file, "the model is not BPE"));
    for (const char* key : {"dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix",
                            "byte_fallback", "ignore_merges"})
        if (is_set(model, key)) return fail(refused(file, fmt::format("model.{} is not supported", key)));
    return {};
}

}  // namespace

Expected<Tokenizer> Tokenizer::load(const std::filesystem::path& folder) {
    std::filesystem::path file = folder / "tokenizer.json";
    MACAW_TRY(Json json, read_json(file));
    MACAW_CHECK(refuse_other_kinds(json, file));
    Tokenizer tokenizer;
    MACAW_CHECK(tokenizer.read_vocabulary(json.at("model"), file));
    MACAW_CHECK(tokenizer.read_merges(json.at("model"), file));
    MACAW_CHECK(tokenizer.read_added_tokens(json, file));
    MACAW_CHECK(tokenizer.compile_pattern());
    return tokenizer;
}

Expected<void> Tokenizer::read_vocabulary(const Json& model, const std::filesystem::path& file) {
    MACAW_TRY(auto vocabulary, (json_member<std::unordered_map<std::string, TokenId>>(model, "vocab", file)));
    for (const auto& [written, id] : vocabulary) {
        // Added tokens may stand in the vocabulary too, with characters of their own.
        std::string bytes = token_bytes(written).value_or(written);
        if (id < 0 || !bytes_of_.emplace(id, bytes).second)
            return fail(refused(
                file, fmt::format("model.vocab: \"{}\" has the impossible or repeated id {}", written, id)));
        id_of_[bytes] = id;
    }
    for (std::size_t byte = 0; byte < 256; ++byte) {
        auto found = id_of_.find(std::string(1, static_cast<char>(byte)));
        if (found == id_of_.end())
            return fail(refused(file, fmt::format("model.vocab: no token for byte {}", byte)));
        byte_token_[byte] = found->second;
    }
    return {};
}

Expected<void> Tokenizer::read_merges(const Json& model, const std::filesystem::path& file) {
    MACAW_TRY(Json merges, json_member<Json>(model, "merges", file));
    if (!merges.is_array()) return fail(refused(file, "model.merges is not a list"));
    std::int32_t rank = 0;
    for (const Json& merge : merges) {
        std::string left;
        std::string right;
        if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
            left = merge[0].get<std::string>();
            right = merge[1].get<std::string>();
        } else if (merge.is_string()) {  // "left right", as older files write it
            auto text = merge.get<std::string>();
            std::size_t space = text.find(' ');
            left = text.substr(0, space);
            right = space == std::string::npos ? "" : text.substr(space + 1);
        }
        auto left_id = id_of_.find(token_bytes(left).value_or(""));
        auto right_id = id_of_.find(token_bytes(right).value_or(""));
        auto merged = id_of_.find(token_bytes(left + right).value_or(""));
        if (left_id == id_of_.end() || right_id == id_of_.end() || merged == id_of_.end())
            return fail(
                refused(file, fmt::format("model.merges[{}] {} is not a pair of tokens with a merged one",
                                          rank, merge.dump())));
        merges_.emplace(pair_key(left_id->second, right_id->second), Merge{rank, merged->second});
        ++rank;
    }
    return {};
}

Expected<void> Tokenizer::read_added_tokens(const Json& json, const std::filesystem::path& file) {
    if (!json.contains("added_tokens")) return {};
    MACAW_TRY(auto added, json_member<std::vector<Json>>(json, "added_tokens", file));
    for (const Json& token : added) {
        MACAW_TRY(auto text, json_member<std::string>(token, "content", file));
        MACAW_TRY(auto id, json_member<TokenId>(token, "id", file));
        for (const char* key : {"single_word", "lstrip", "rstrip"})
            if (is_set(token, key))
                return fail(
                    refused(file, fmt::format("added token \"{}\" with {} is not supported", text, key)));
        if (text.empty()) return fail(refused(file, fmt::format("added token {} is empty", id)));
        bytes_of_[id] = text;
        added_.push_back({std::move(text), id});
    }
    // Of two added tokens at one place the longer one is meant.
    std::stable_sort(added_.begin(), added_.end(),
                     [](const AddedToken& a, const AddedToken& b) { return a.text.size() > b.text.size(); });
    return {};
}

Expected<void> Tokenizer::compile_pattern() {
    int error = 0;
    PCRE2_SIZE where = 0;
    pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(kPattern.data()), kPattern.size(),
                                     PCRE2_UTF | PCRE2_UCP, &error, &where, nullptr);
    if (code == nullptr) return fail(ErrorKind::System, "PCRE2 lacks Unicode support (error {})", error);
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);  // without JIT it is only slower
    pattern_ = std::shared_ptr<const void>(
        code, [](const void* at) { pcre2_code_free(static_cast<pcre2_code*>(const_cast<void*>(at))); });
    return {};
}

// Merges, again and again, all neighbours that form the pair of the lowest rank.
std::vector<TokenId> Tokenizer::merge_piece(std::string_view piece) const {
    std::vector<TokenId> tokens;
    for (char byte : piece) tokens.push_back(byte_token_[static_cast<unsigned char>(byte)]);
    while (tokens.size() > 1) {
        std::uint64_t best_pair = 0;
        Merge best{std::numeric_limits<std::int32_t>::max(), 0};
        for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
            auto found = merges_.find(pair_key(tokens[i], tokens[i + 1]));
            if (found == merges_.end() || found->second.rank >= best.rank) continue;
            best = found->second;
            best_pair = found->first;
        }
        if (best.rank == std::numeric_limits<std::int32_t>::max()) break;
        std::size_t kept = 0;
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            bool merge = i + 1 < tokens.size() && pair_key(tokens[i], tokens[i + 1]) == best_pair;
            tokens[kept++] = merge ? best.merged : tokens[i];
            if (merge) ++i;
        }
        tokens.resize(kept);
    }
    return tokens;
}

// A stretch of text without added tokens; `offset` is where it starts, for messages.
Expected<void> Tokenizer::encode_plain(std::string_view text, std::size_t offset,
                                       std::unordered_map<std::string_view, std::vector<TokenId>>& cache,
                                       std::vector<TokenId>& tokens) const {
    if (text.empty()) return {};
    const auto* code = static_cast<const pcre2_code*>(pattern_.get());
    std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> match(
        pcre2_match_data_create_from_pattern(code, nullptr), &pcre2_match_data_free);
    PCRE2_SIZE at = 0;
    while (at < text.size()) {
        // The first match validates the whole text as UTF-8.
        int result = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), at,
                                 at == 0 ? 0 : PCRE2_NO_UTF_CHECK, match.get(), nullptr);
        const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(match.get());
        if (result < 0 && result <= PCRE2_ERROR_UTF8_ERR1 && result >= PCRE2_ERROR_UTF8_ERR21)
            return fail(ErrorKind::BadInput, "the text is not UTF-8 at byte {}",
                        offset + pcre2_get_startchar(match.get()));
        if (result < 0)
            return fail(ErrorKind::System, "PCRE2 failed with error {} at byte {}", result, offset + at);
        require(ends[0] == at && ends[1] > at, "the pre-tokenizer's pattern leaves no gaps");
        std::string_view piece = text.substr(at, ends[1] - at);
        auto [found, fresh] = cache.try_emplace(piece);
        if (fresh) found->second = merge_piece(piece);
        tokens.insert(tokens.end(), found->second.begin(), found->second.end());
        at = ends[1];
    }
    return {};
}

Expected<std::vector<TokenId>> Tokenizer::encode(std::string_view text) const {
    std::vector<TokenId> tokens;
    std::unordered_map<std::string_view, std::vector<TokenId>> cache;
    std::size_t start = 0;
    while (start <= text.size()) {
        std::size_t next = std::string_view::npos;
        const AddedToken* added = nullptr;
        for (const AddedToken& candidate : added_) {
            std::size_t found = text.find(candidate.text, start);
            if (found >= next) continue;
            next = found;
            added = &candidate;
        }
        MACAW_CHECK(encode_plain(text.substr(start, next - start), start, cache, tokens));
        if (added == nullptr) break;
        tokens.push_back(added->id);
        start = next + added->text.size();
    }
    return tokens;
}

Expected<std::string> Tokenizer::decode(std::span<const TokenId> tokens) const {
    std::string text;
    for (TokenId token : tokens) {
        auto found = bytes_of_.find(token);
        if (found == bytes_of_.end()) return fail(ErrorKind::BadInput, "there is no token {}", token);
        text += found->second;
    }
    return text;
}

Expected<TokenizedText> tokenize_file(const Tokenizer& tokenizer, const std::filesystem::path& file) {
    MACAW_TRY(std::string text, read_text(file));
    auto tokens = tokenizer.encode(text);
    if (!tokens) return fail(std::move(tokens.error()).at({file.string()}));
    return TokenizedText{file.filename().string(), sha256(text), std::move(*tokens)};
}

}  // namespace macaw::quantizer
