// The kinds of tokenizer that Llama checkpoints come with, against other implementations (scripts/fixtures),
// and what broken files of them do.
#include "quantizer/llama/sentence_piece.hpp"
#include "quantizer/llama/tokenizer.hpp"
#include "quantizer/llama/utf8.hpp"
#include "testbench/support/gguf_writer.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

namespace fs = std::filesystem;
using namespace macaw;
using namespace macaw::quantizer;
using namespace macaw::testing;

namespace {

fs::path folder_of(const std::string& name) {
    return source_folder() / "testbench/data/models" / name;
}

// Every text of tokens.json gives the tokens that stand there, and comes back from them.
void check_tokens(const std::string& kind, const fs::path& path, bool special_tokens_in_text) {
    static const Json reference = must(read_json(folder_of("tokens.json")));
    Tokenizer tokenizer = must(Tokenizer::load(path));
    BOOST_REQUIRE(reference.at(kind).size() > 80U);
    for (const Json& entry : reference.at(kind)) {
        auto text = entry[0].get<std::string>();
        auto tokens = must(tokenizer.encode(text));
        if (tokens != entry[1].get<std::vector<TokenId>>())
            BOOST_ERROR(path << ": \"" << text << "\" gives [" << fmt::format("{}", fmt::join(tokens, ", "))
                             << "], expected " << entry[1].dump());
        if (special_tokens_in_text || text.find('<') == std::string::npos)
            BOOST_TEST(must(tokenizer.decode(tokens)) == text);
    }
}

Expected<Tokenizer> with_pre_tokenizer(const Json& splitter) {
    ScratchFolder folder;
    Json json = must(read_json(folder_of("llama3") / "tokenizer.json"));
    json["pre_tokenizer"] = splitter;
    must_write(folder.path() / "tokenizer.json", json);
    return Tokenizer::load(folder.path());
}

// A GGUF file with this tokenizer, and changes.
struct GgufTokenizer {
    std::vector<std::string> tokens;
    std::vector<std::int32_t> types;
    std::vector<std::string> merges;
    std::vector<float> scores;
    std::string model = "gpt2";
    std::string pre = "gpt-2";

    Expected<Tokenizer> load() const {
        GgufWriter writer;
        writer.text("tokenizer.ggml.model", model);
        writer.text("tokenizer.ggml.pre", pre);
        writer.texts("tokenizer.ggml.tokens", tokens);
        writer.integers("tokenizer.ggml.token_type", types);
        writer.texts("tokenizer.ggml.merges", merges);
        writer.reals("tokenizer.ggml.scores", scores);
        ScratchFolder folder;
        fs::path path = folder.path() / "model.gguf";
        BOOST_REQUIRE(write_text(path, writer.bytes()).has_value());
        return Tokenizer::load(path);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(tokenizer_kinds)

BOOST_AUTO_TEST_CASE(byte_level_tokens_equal_those_of_hugging_face_tokenizers) {
    for (const char* kind : {"gpt2", "smollm", "llama3"}) {
        check_tokens(kind, folder_of(kind), true);
        check_tokens(kind, folder_of(kind) / "tokenizer.gguf", true);
    }
}

BOOST_AUTO_TEST_CASE(pieces_equal_those_of_sentencepiece) {
    check_tokens("llama2", folder_of("llama2"), false);
    check_tokens("llama2", folder_of("llama2") / "tokenizer.gguf", false);
}

// Negative control: the three pre-tokenizers differ, so that a mix-up would be seen.
BOOST_AUTO_TEST_CASE(a_wrong_pre_tokenizer_gives_other_tokens) {
    Json gpt2 = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}};
    Tokenizer wrong = must(with_pre_tokenizer(gpt2));
    std::size_t different = 0;
    const Json reference = must(read_json(folder_of("tokens.json")));
    for (const Json& entry : reference.at("llama3"))
        if (must(wrong.encode(entry[0].get<std::string>())) != entry[1].get<std::vector<TokenId>>())
            ++different;
    BOOST_TEST(different > 10U);
}

BOOST_AUTO_TEST_CASE(a_tokenizer_json_that_restates_pieces_gives_way_to_tokenizer_model) {
    ScratchFolder folder;
    must_write(folder.path() / "tokenizer.json", {{"model", {{"type", "BPE"}, {"byte_fallback", true}}}});
    BOOST_TEST(fails_with(Tokenizer::load(folder.path()), "byte_fallback is not supported"));
    fs::copy(folder_of("llama2") / "tokenizer.model", folder.path() / "tokenizer.model");
    check_tokens("llama2", folder.path(), false);
}

BOOST_AUTO_TEST_CASE(other_pre_tokenizers_are_refused) {
    Json byte_level = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}};
    Json split = {
        {"type", "Split"}, {"pattern", {{"Regex", "\\p{L}+"}}}, {"behavior", "Isolated"}, {"invert", false}};
    BOOST_TEST(must(with_pre_tokenizer(byte_level)).encode("a").has_value());
    for (const Json& steps : {Json{split, byte_level}, Json{byte_level, byte_level}, Json{split},
                              Json{{{"type", "Digits"}, {"individual_digits", false}}, byte_level}, Json(7)})
        BOOST_TEST((fails_with(with_pre_tokenizer({{"type", "Sequence"}, {"pretokenizers", steps}}),
                               "is not supported") ||
                    fails_with(with_pre_tokenizer({{"type", "Sequence"}, {"pretokenizers", steps}}),
                               "pretokenizers")));
    BOOST_TEST(fails_with(with_pre_tokenizer(nullptr), "pre_tokenizer null"));
}

BOOST_AUTO_TEST_CASE(broken_gguf_tokenizers_are_errors) {
    GgufTokenizer good{{"a", "b", "ab", "<e>"}, {1, 1, 1, 3}, {"a b"}, {0, 0, 0, 0}};
    BOOST_TEST((must(must(good.load()).encode("abb<e>a")) == std::vector<TokenId>{2, 1, 3, 0}));
    BOOST_TEST(fails_with(must(good.load()).encode("abc"), "no token for byte 0x63"));
    GgufTokenizer model = good;
    model.model = "bert";
    BOOST_TEST(fails_with(model.load(), "tokenizer bert is not supported"));
    GgufTokenizer pre = good;
    pre.pre = "tekken";
    BOOST_TEST(fails_with(pre.load(), "pre-tokenizer tekken"));
    GgufTokenizer merge = good;
    merge.merges = {"a c"};
    BOOST_TEST(fails_with(merge.load(), "merges[0]"));
    merge.merges = {"ab"};
    BOOST_TEST(fails_with(merge.load(), "merges[0] is not a pair"));
    GgufTokenizer types = good;
    types.types.pop_back();
    BOOST_TEST(fails_with(types.load(), "3 token types for 4 tokens"));
    types.types.push_back(9);
    BOOST_TEST(fails_with(types.load(), "token type 9"));
    GgufTokenizer pieces{{"<unk>", "a", "\u2581"}, {2, 1, 1}, {}, {0, -1, -2}, "llama"};
    BOOST_TEST((must(must(pieces.load()).encode("aa")) == std::vector<TokenId>{2, 1, 1}));
    pieces.types[0] = 1;
    BOOST_TEST(fails_with(pieces.load(), "not a SentencePiece model"));
    pieces = {{"<unk>", "a", "a"}, {2, 1, 1}, {}, {0, -1, -2}, "llama"};
    BOOST_TEST(fails_with(pieces.load(), "not a SentencePiece model"));
    pieces.scores.pop_back();
    BOOST_TEST(fails_with(pieces.load(), "2 scores for 3 tokens"));
}

BOOST_AUTO_TEST_CASE(no_mutated_tokenizer_file_ends_the_program) {
    for (const char* name : {"llama3/tokenizer.json", "llama2/tokenizer.model", "gpt2/tokenizer.gguf"}) {
        std::string good = must(read_text(folder_of(name)));
        ScratchFolder folder;
        fs::path path = folder.path() / fs::path(name).filename();
        auto try_to_use = [&](const std::string& bytes) {
            if (!write_text(path, bytes)) throw std::runtime_error("disk full");
            auto tokenizer = Tokenizer::load(path.extension() == ".gguf" ? path : folder.path());
            return tokenizer && tokenizer->encode("In the beginning 12");
        };
        BOOST_TEST(try_to_use(good));
        for (std::size_t length = 0; length < good.size(); length += good.size() / 50)
            try_to_use(good.substr(0, length));
        check_property(std::string("a mutated ") + name + " is an error or a tokenizer", [&] {
            std::string bytes = good;
            for (int changes = *rc::gen::inRange(1, 4); changes > 0; --changes)
                bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] =
                    static_cast<char>(*rc::gen::inRange(0, 256));
            try_to_use(bytes);
        });
    }
}

// RFC 3629: the ends of the ranges of every length, and what lies just outside.
BOOST_AUTO_TEST_CASE(utf8_is_told_from_what_is_not) {
    for (const char* good : {"", "a", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                             "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
        BOOST_TEST(!first_invalid_utf8(std::string("ab") + good + "c").has_value());
    for (const char* bad :
         {"\x80", "\xC1\xBF", "\xC2", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE1\x80", "\xF0\x8F\xBF\xBF",
          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF1\x80\x80", "\xFF"}) {
        BOOST_TEST(first_invalid_utf8(std::string("ab") + bad + "c").value() == 2U);
        BOOST_TEST(first_invalid_utf8(std::string("ab") + bad).value() == 2U);
    }
}

BOOST_AUTO_TEST_SUITE_END()
