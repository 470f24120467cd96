#include "quantizer/llama/tokenizer.hpp"

#include "testbench/support/random_datapath.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;

namespace {

// The embedded tokenizer.json with a change, in a folder of its own.
template <typename Change>
macaw::Expected<Tokenizer> load_changed(Change&& change) {
    ScratchFolder folder;
    macaw::Json json = must(macaw::read_json(embedded_model() / "tokenizer.json"));
    change(json);
    must_write(folder.path() / "tokenizer.json", json);
    return Tokenizer::load(folder.path());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tokenizer)

BOOST_AUTO_TEST_CASE(first_tokens_of_treasure_island_equal_the_reference) {
    auto book = shared_data("data/books/treasure_island.txt");
    if (!book) {
        BOOST_TEST_MESSAGE("skipped: ../shared/data/books is not here");
        return;
    }
    TokenizedText text = must(tokenize_file(embedded_tokenizer(), *book));
    auto reference = reference_array<std::int32_t>("reference_tokens.npy");
    BOOST_TEST(text.tokens.size() == 104002U);  // reference.json
    text.tokens.resize(reference.size());
    BOOST_TEST(text.tokens == reference, boost::test_tools::per_element());
}

// The cut after 512 tokens may change the last one only.
BOOST_AUTO_TEST_CASE(reference_tokens_survive_decoding_and_encoding) {
    auto reference = reference_array<std::int32_t>("reference_tokens.npy");
    auto again = must(embedded_tokenizer().encode(must(embedded_tokenizer().decode(reference))));
    BOOST_REQUIRE(again.size() >= reference.size());
    reference.pop_back();
    again.resize(reference.size());
    BOOST_TEST(again == reference, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(any_utf8_survives_encoding_and_decoding) {
    static const std::vector<std::string> kPieces = {"a",
                                                     "the",
                                                     "'s",
                                                     "'ll",
                                                     " ",
                                                     "  ",
                                                     "\n",
                                                     "\t",
                                                     "\r\n",
                                                     "12",
                                                     "-",
                                                     "...",
                                                     "é",
                                                     "ß",
                                                     "\u00a0",
                                                     "漢字",
                                                     "😀",
                                                     "\u3000",
                                                     "Ω",
                                                     "<|end_of_text|>",
                                                     "<|",
                                                     "\xEF\xBF\xBD",
                                                     std::string(1, '\0')};
    check_property("decode(encode(text)) == text", [] {
        std::string text;
        for (int i = pick(0, 30); i > 0; --i)
            text += kPieces[static_cast<std::size_t>(pick(0, static_cast<int>(kPieces.size()) - 1))];
        auto tokens = embedded_tokenizer().encode(text);
        RC_ASSERT(tokens.has_value());
        RC_ASSERT(embedded_tokenizer().decode(*tokens).value() == text);
    });
}

BOOST_AUTO_TEST_CASE(special_tokens_are_recognised_and_never_added) {
    auto tokens = must(embedded_tokenizer().encode("<|begin_of_text|>a<|end_of_text|><|end_of_text|>"));
    BOOST_REQUIRE(tokens.size() == 4U);
    BOOST_TEST(tokens[0] == 0);
    BOOST_TEST(tokens[2] == 1);
    BOOST_TEST(tokens[3] == 1);
    BOOST_TEST(must(embedded_tokenizer().encode("")).empty());
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_are_an_error_with_their_offset) {
    BOOST_TEST(fails_with(embedded_tokenizer().encode("abc\xFFzz"), "not UTF-8 at byte 3"));
    BOOST_TEST(fails_with(embedded_tokenizer().encode("<|end_of_text|>ab\xC3"), "not UTF-8 at byte 17"));
    BOOST_TEST(fails_with(embedded_tokenizer().decode(std::vector<TokenId>{4096}), "no token 4096"));
}

BOOST_AUTO_TEST_CASE(merges_may_be_written_as_one_text) {
    auto changed = load_changed([](macaw::Json& json) {
        for (macaw::Json& merge : json["model"]["merges"])
            merge = merge[0].get<std::string>() + " " + merge[1].get<std::string>();
    });
    std::string text = "Fifteen men on the dead man's chest";
    BOOST_TEST(must(must(std::move(changed)).encode(text)) == must(embedded_tokenizer().encode(text)));
}

BOOST_AUTO_TEST_CASE(other_kinds_of_tokenizer_are_refused) {
    using macaw::Json;
    BOOST_TEST(fails_with(load_changed([](Json& json) {
                              json["normalizer"] = {{"type", "NFC"}};
                          }),
                          "normalizer"));
    BOOST_TEST(fails_with(load_changed([](Json& json) { json["pre_tokenizer"]["type"] = "Metaspace"; }),
                          "Metaspace"));
    BOOST_TEST(fails_with(load_changed([](Json& json) { json["pre_tokenizer"]["add_prefix_space"] = true; }),
                          "pre_tokenizer"));
    BOOST_TEST(fails_with(load_changed([](Json& json) { json["model"]["type"] = "Unigram"; }), "not BPE"));
    BOOST_TEST(
        fails_with(load_changed([](Json& json) { json["model"]["byte_fallback"] = true; }), "byte_fallback"));
    BOOST_TEST(
        fails_with(load_changed([](Json& json) { json["added_tokens"][0]["lstrip"] = true; }), "lstrip"));
    BOOST_TEST(fails_with(load_changed([](Json& json) { json["model"]["merges"].push_back("xq zj"); }),
                          "merges[3838]"));
    BOOST_TEST(fails_with(load_changed([](Json& json) { json.erase("model"); }), "\"model\" is missing"));
}

BOOST_AUTO_TEST_SUITE_END()
