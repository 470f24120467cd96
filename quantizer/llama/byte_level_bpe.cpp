#include "quantizer/llama/byte_level_bpe.hpp"

#include <limits>
#include <optional>
#include <queue>

namespace macaw::quantizer {

namespace {

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

constexpr TokenId kNoToken = -1;
constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

// A token of a piece that is being merged; a chain over the places of the piece's bytes.
struct Link {
    TokenId token;
    std::size_t previous;
    std::size_t next;
    bool merged_away = false;
};

// A pair that may be merged, when it is still there: the token at `place` with its next one.
struct Candidate {
    std::int32_t rank;
    std::size_t place;
    TokenId merged;
    bool operator>(const Candidate& other) const {
        return rank != other.rank ? rank > other.rank : place > other.place;
    }
};

}  // namespace

Expected<std::shared_ptr<const TokenizerModel>> ByteLevelBpe::create(Parts parts) {
    auto model = std::make_shared<ByteLevelBpe>();
    MACAW_CHECK(model->add_vocabulary(parts));
    MACAW_CHECK(model->add_merges(parts));
    model->whole_pieces_first_ = parts.whole_pieces_first;
    model->pre_tokenizer_ = std::move(parts.pre_tokenizer);
    return model;
}

Expected<void> ByteLevelBpe::add_vocabulary(const Parts& parts) {
    for (const auto& [written, id] : parts.vocabulary) {
        // Added tokens may stand in the vocabulary too, with characters of their own; no merge makes them.
        std::optional<std::string> bytes = token_bytes(written);
        if (id < 0 || !bytes_of_.emplace(id, bytes.value_or(written)).second)
            return fail(ErrorKind::BadInput, "vocabulary: \"{}\" has the impossible or repeated id {}",
                        written, id);
        if (bytes) id_of_.emplace(*bytes, id);
    }
    for (std::size_t byte = 0; byte < 256; ++byte) {
        auto found = id_of_.find(std::string(1, static_cast<char>(byte)));
        byte_token_[byte] = found == id_of_.end() ? kNoToken : found->second;
    }
    return {};
}

Expected<void> ByteLevelBpe::add_merges(const Parts& parts) {
    std::int32_t rank = 0;
    for (const auto& [left, right] : parts.merges) {
        auto left_id = id_of_.find(token_bytes(left).value_or(""));
        auto right_id = id_of_.find(token_bytes(right).value_or(""));
        auto merged = id_of_.find(token_bytes(left + right).value_or(""));
        if (left_id == id_of_.end() || right_id == id_of_.end() || merged == id_of_.end())
            return fail(ErrorKind::BadInput,
                        "merges[{}] \"{}\" \"{}\" is not a pair of tokens with a merged one", rank, left,
                        right);
        merges_.emplace(pair_key(left_id->second, right_id->second), Merge{rank, merged->second});
        ++rank;
    }
    return {};
}

const ByteLevelBpe::Merge* ByteLevelBpe::merge_of(TokenId left, TokenId right) const {
    auto found = merges_.find(pair_key(left, right));
    return found == merges_.end() ? nullptr : &found->second;
}

std::vector<TokenId> ByteLevelBpe::merge_bytes(std::string_view piece) const {
    std::vector<Link> chain;
    for (std::size_t i = 0; i < piece.size(); ++i)
        chain.push_back({byte_token_[static_cast<unsigned char>(piece[i])], i == 0 ? kNone : i - 1,
                         i + 1 == piece.size() ? kNone : i + 1});
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> candidates;
    auto consider = [&](std::size_t place) {
        if (place == kNone || chain[place].next == kNone) return;
        const Merge* merge = merge_of(chain[place].token, chain[chain[place].next].token);
        if (merge != nullptr) candidates.push({merge->rank, place, merge->merged});
    };
    for (std::size_t i = 0; i < chain.size(); ++i) consider(i);
    while (!candidates.empty()) {
        Candidate candidate = candidates.top();
        candidates.pop();
        Link& left = chain[candidate.place];
        if (left.merged_away || left.next == kNone) continue;
        Link& right = chain[left.next];
        const Merge* merge = merge_of(left.token, right.token);
        if (merge == nullptr || merge->rank != candidate.rank) continue;  // one of the two was merged since
        left.token = candidate.merged;
        right.merged_away = true;
        left.next = right.next;
        if (right.next != kNone) chain[right.next].previous = candidate.place;
        consider(left.previous);
        consider(candidate.place);
    }
    std::vector<TokenId> tokens;
    for (const Link& link : chain)
        if (!link.merged_away) tokens.push_back(link.token);
    return tokens;
}

std::vector<TokenId> ByteLevelBpe::tokens_of_piece(std::string_view piece) const {
    if (whole_pieces_first_)
        if (auto whole = id_of_.find(std::string(piece)); whole != id_of_.end()) return {whole->second};
    return merge_bytes(piece);
}

Expected<void> ByteLevelBpe::encode(std::string_view text, std::vector<TokenId>& tokens) const {
    for (char byte : text)
        if (byte_token_[static_cast<unsigned char>(byte)] == kNoToken)
            return fail(ErrorKind::BadInput,
                        "the tokenizer has no token for byte {:#04x}, which is in the text",
                        static_cast<unsigned>(static_cast<unsigned char>(byte)));
    MACAW_TRY(std::vector<std::string_view> pieces, pre_tokenizer_.split(text));
    std::unordered_map<std::string_view, std::vector<TokenId>> known;
    for (std::string_view piece : pieces) {
        auto [found, fresh] = known.try_emplace(piece);
        if (fresh) found->second = tokens_of_piece(piece);
        tokens.insert(tokens.end(), found->second.begin(), found->second.end());
    }
    return {};
}

Expected<std::string> ByteLevelBpe::decode(std::span<const TokenId> tokens) const {
    std::string text;
    for (TokenId token : tokens) {
        auto found = bytes_of_.find(token);
        if (found == bytes_of_.end()) return fail(ErrorKind::BadInput, "there is no token {}", token);
        text += found->second;
    }
    return text;
}

}  // namespace macaw::quantizer
