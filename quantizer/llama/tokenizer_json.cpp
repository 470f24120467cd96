// Hugging Face tokenizer.json and SentencePiece tokenizer.model: see tokenizer_files.hpp.
#include <optional>
#include <unordered_map>

#include "golden/support/file.hpp"
#include "quantizer/llama/byte_level_bpe.hpp"
#include "quantizer/llama/sentence_piece.hpp"
#include "quantizer/llama/tokenizer_files.hpp"

namespace macaw::quantizer {

namespace fs = std::filesystem;

namespace {

Error refused(const fs::path& file, std::string message) {
    return Error{
        ErrorKind::BadInput,
        std::move(message),
        "macaw reads byte-level BPE with the pre-tokenizer of GPT-2, Llama 3 or SmolLM and without a "
        "normalizer, and SentencePiece from tokenizer.model",
        {file.string()}};
}

bool is_set(const Json& object, const std::string& key) {
    if (!object.contains(key)) return false;
    const Json& value = object.at(key);
    return !value.is_null() && value != false && value != "";
}

// A member that is a text or a truth value; a default where it is missing, null or of another type.
std::string text_or(const Json& object, const char* key, std::string otherwise) {
    bool there = object.is_object() && object.contains(key) && object.at(key).is_string();
    return there ? object.at(key).get<std::string>() : otherwise;
}
bool flag_or(const Json& object, const char* key, bool otherwise) {
    bool there = object.is_object() && object.contains(key) && object.at(key).is_boolean();
    return there ? object.at(key).get<bool>() : otherwise;
}

// The patterns of one step; none where macaw does not know it. "ByteLevel" without its regular expression
// only translates bytes to characters.
std::optional<std::vector<std::string_view>> patterns_of_step(const Json& step) {
    using Patterns = std::vector<std::string_view>;
    std::string type = text_or(step, "type", "");
    if (type == "ByteLevel") {
        if (flag_or(step, "add_prefix_space", true)) return std::nullopt;
        return flag_or(step, "use_regex", true) ? Patterns{kGpt2Pattern} : Patterns{};
    }
    if (type == "Digits" && flag_or(step, "individual_digits", false)) return Patterns{kDigitPattern};
    if (type == "Split" && text_or(step, "behavior", "") == "Isolated" && !flag_or(step, "invert", false) &&
        step.contains("pattern"))
        for (std::string_view known : {kLlama3Pattern, kGpt2Pattern, kDigitPattern})
            if (text_or(step.at("pattern"), "Regex", "") == known) return Patterns{known};
    return std::nullopt;
}

Expected<PreTokenizer> read_pre_tokenizer(const Json& json, const fs::path& file) {
    MACAW_TRY(Json splitter, json_member<Json>(json, "pre_tokenizer", file));
    std::vector<Json> steps{splitter};
    if (text_or(splitter, "type", "") == "Sequence") {
        MACAW_TRY(steps, json_member<std::vector<Json>>(splitter, "pretokenizers", file));
    }
    std::vector<std::string_view> patterns;
    bool byte_level = false;
    for (const Json& step : steps) {
        auto found = byte_level ? std::nullopt : patterns_of_step(step);  // ByteLevel is the last step
        if (!found)
            return fail(refused(file, fmt::format("pre_tokenizer {} is not supported", splitter.dump())));
        patterns.insert(patterns.end(), found->begin(), found->end());
        byte_level = text_or(step, "type", "") == "ByteLevel";
    }
    if (!byte_level)
        return fail(refused(file, fmt::format("pre_tokenizer {} is not supported", splitter.dump())));
    return PreTokenizer::create(patterns);
}

// Refuses everything else in tokenizer.json that would change the tokens: they would be wrong in silence.
Expected<void> refuse_other_kinds(const Json& json, const fs::path& file) {
    if (is_set(json, "normalizer")) return fail(refused(file, "a normalizer is not supported"));
    if (is_set(json, "truncation")) return fail(refused(file, "truncation is not supported"));
    MACAW_TRY(Json model, json_member<Json>(json, "model", file));
    if (text_or(model, "type", "BPE") != "BPE" || !model.is_object())
        return fail(refused(file, "the model is not BPE"));
    // unk_token stands for bytes without a token; those are errors here.
    for (const char* key : {"dropout", "continuing_subword_prefix", "end_of_word_suffix", "byte_fallback"})
        if (is_set(model, key)) return fail(refused(file, fmt::format("model.{} is not supported", key)));
    return {};
}

// Pairs of texts, or "left right" as older files write them.
Expected<std::vector<std::pair<std::string, std::string>>> read_merges(const Json& model,
                                                                       const fs::path& file) {
    MACAW_TRY(Json merges, json_member<Json>(model, "merges", file));
    if (!merges.is_array()) return fail(refused(file, "model.merges is not a list"));
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const Json& merge : merges) {
        if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
            pairs.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
            continue;
        }
        std::string text = merge.is_string() ? merge.get<std::string>() : "";
        std::size_t space = text.find(' ');
        if (space == std::string::npos)
            return fail(refused(file, fmt::format("model.merges[{}] is not a pair", pairs.size())));
        pairs.emplace_back(text.substr(0, space), text.substr(space + 1));
    }
    return pairs;
}

Expected<std::vector<AddedToken>> read_added_tokens(const Json& json, const fs::path& file) {
    std::vector<AddedToken> tokens;
    if (!json.contains("added_tokens")) return tokens;
    MACAW_TRY(auto added, json_member<std::vector<Json>>(json, "added_tokens", file));
    for (const Json& token : added) {
        MACAW_TRY(auto text, json_member<std::string>(token, "content", file));
        MACAW_TRY(auto id, json_member<TokenId>(token, "id", file));
        for (const char* key : {"single_word", "lstrip", "rstrip"})
            if (is_set(token, key))
                return fail(
                    refused(file, fmt::format("added token \"{}\" with {} is not supported", text, key)));
        if (text.empty() || id < 0)
            return fail(refused(file, fmt::format("added token {} is empty or has no id", id)));
        tokens.push_back({std::move(text), id});
    }
    return tokens;
}

}  // namespace

Expected<Tokenizer> read_tokenizer_json(const fs::path& file) {
    MACAW_TRY(Json json, read_json(file));
    MACAW_CHECK(refuse_other_kinds(json, file));
    const Json& model = json.at("model");
    ByteLevelBpe::Parts parts;
    MACAW_TRY(parts.pre_tokenizer, read_pre_tokenizer(json, file));
    MACAW_TRY(auto vocabulary, (json_member<std::unordered_map<std::string, TokenId>>(model, "vocab", file)));
    parts.vocabulary.assign(vocabulary.begin(), vocabulary.end());
    MACAW_TRY(parts.merges, read_merges(model, file));
    parts.whole_pieces_first = flag_or(model, "ignore_merges", false);
    MACAW_TRY(auto added, read_added_tokens(json, file));
    auto bpe = ByteLevelBpe::create(std::move(parts));
    if (!bpe) return fail(refused(file, "model: " + bpe.error().message));
    return Tokenizer(std::move(*bpe), std::move(added));
}

Expected<bool> restates_sentence_piece(const fs::path& file) {
    MACAW_TRY(Json json, read_json(file));
    return json.is_object() && json.contains("model") && flag_or(json.at("model"), "byte_fallback", false);
}

Expected<Tokenizer> read_tokenizer_model(const fs::path& file) {
    MACAW_TRY(std::string bytes, read_text(file));
    auto model = load_sentence_piece(bytes);
    if (!model) return fail(std::move(model.error()).at({file.string()}));
    return Tokenizer(std::move(*model), {});
}

}  // namespace macaw::quantizer
