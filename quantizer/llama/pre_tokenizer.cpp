#include "quantizer/llama/pre_tokenizer.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace macaw::quantizer {

namespace {

// Appends the pieces of `text`: matches of `code` and what lies between them.
Expected<void> cut(const pcre2_code* code, pcre2_match_data* match, std::string_view text,
                   std::vector<std::string_view>& pieces) {
    PCRE2_SIZE start = 0;  // of what is not yet in `pieces`
    while (start < text.size()) {
        const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
        int result = pcre2_match(code, subject, text.size(), start, PCRE2_NO_UTF_CHECK, match, nullptr);
        if (result == PCRE2_ERROR_JIT_STACKLIMIT)  // the interpreter takes its memory from the heap
            result = pcre2_match(code, subject, text.size(), start, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, match,
                                 nullptr);
        if (result == PCRE2_ERROR_NOMATCH) break;
        if (result < 0) return fail(ErrorKind::System, "PCRE2 failed with error {}", result);
        const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(match);
        require(ends[1] > ends[0], "the patterns match no empty text");
        if (ends[0] > start) pieces.push_back(text.substr(start, ends[0] - start));
        pieces.push_back(text.substr(ends[0], ends[1] - ends[0]));
        start = ends[1];
    }
    if (start < text.size()) pieces.push_back(text.substr(start));
    return {};
}

}  // namespace

Expected<PreTokenizer> PreTokenizer::create(const std::vector<std::string_view>& patterns) {
    PreTokenizer splitter;
    for (std::string_view pattern : patterns) {
        int error = 0;
        PCRE2_SIZE where = 0;
        pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                         PCRE2_UTF | PCRE2_UCP, &error, &where, nullptr);
        if (code == nullptr) return fail(ErrorKind::System, "PCRE2 lacks Unicode support (error {})", error);
        pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);  // without JIT it is only slower
        splitter.patterns_.emplace_back(
            code, [](const void* at) { pcre2_code_free(static_cast<pcre2_code*>(const_cast<void*>(at))); });
    }
    return splitter;
}

Expected<std::vector<std::string_view>> PreTokenizer::split(std::string_view text) const {
    std::vector<std::string_view> pieces{text};
    for (const auto& pattern : patterns_) {
        const auto* code = static_cast<const pcre2_code*>(pattern.get());
        std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> match(
            pcre2_match_data_create_from_pattern(code, nullptr), &pcre2_match_data_free);
        std::vector<std::string_view> finer;
        for (std::string_view piece : pieces) MACAW_CHECK(cut(code, match.get(), piece, finer));
        pieces = std::move(finer);
    }
    return pieces;
}

}  // namespace macaw::quantizer
