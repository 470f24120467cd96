// Equal codes are evaluated once: which evaluations count as equal, and which do not.
#include "testbench/support/cli/sweep_folder.hpp"

using namespace macaw;
using namespace macaw::testing;

namespace {

struct EvaluatedFolder : SweepFolder {
    EvaluatedFolder()
        : SweepFolder(
              "datapath: {weight_bits: 4, activation_bits: 8, tile: 64, inner_bits: 28, "
              "outer_bits: 32}\n") {
        macaw_output({"quantize", path("base.yaml"), "-o", path("layers"), "--constraint", "none"});
    }
    // Whether the figures are those of an earlier evaluation.
    bool evaluate(const std::string& name, std::vector<std::string> more,
                  const std::string& layers = "layers") const {
        std::vector<std::string> command = {"perplexity", path("base.yaml"), "--arithmetic", "datapath",
                                            "--layers",   path(layers),      "--reuse",      path("shared"),
                                            "-o",         path(name)};
        command.insert(command.end(), more.begin(), more.end());
        macaw_output(command);
        return json(name + "/step.json").contains("equal_evaluation");
    }
    double perplexity(const std::string& name) const {
        return json(name + "/evaluation.json").at("perplexity").get<double>();
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(evaluation_reuse)

BOOST_AUTO_TEST_CASE(certified_codes_have_one_evaluation_in_all_accumulators_that_hold_them) {
    EvaluatedFolder folder;
    BOOST_TEST(!folder.evaluate("first", {}));
    BOOST_TEST(folder.evaluate("narrower", {"--inner-bits", "26"}));
    BOOST_TEST(folder.perplexity("first") == folder.perplexity("narrower"));
    // Its own datapath stands in the record, and measured anew it is the same.
    BOOST_TEST(folder.json("narrower/evaluation.json").at("datapath").at("inner_bits") == 26);
    std::filesystem::remove_all(folder.path("shared"));
    BOOST_TEST(!folder.evaluate("measured", {"--inner-bits", "26"}));
    BOOST_TEST(folder.perplexity("measured") == folder.perplexity("narrower"));
}

BOOST_AUTO_TEST_CASE(accumulators_that_may_overflow_and_other_codes_are_evaluated_on_their_own) {
    EvaluatedFolder folder;
    BOOST_TEST(!folder.evaluate("first", {}));
    // Codes that are not certified for 11 bits: width and mode decide.
    BOOST_TEST(!folder.evaluate("wraps", {"--inner-bits", "11", "--overflow", "wrap"}));
    BOOST_TEST(!folder.evaluate("saturates", {"--inner-bits", "11", "--overflow", "saturate"}));
    BOOST_TEST(folder.perplexity("wraps") != folder.perplexity("first"));
    BOOST_TEST(folder.perplexity("saturates") != folder.perplexity("wraps"));
    // One code that differs.
    std::filesystem::copy(folder.path("layers"), folder.path("other"));
    auto text = read_text(folder.path("other") + "/layers.safetensors");
    BOOST_REQUIRE(text.has_value());
    text->back() = text->back() == '\x01' ? '\x02' : '\x01';
    BOOST_REQUIRE(write_text(folder.path("other") + "/layers.safetensors", *text).has_value());
    BOOST_TEST(!folder.evaluate("changed", {}, "other"));
}

BOOST_AUTO_TEST_CASE(everything_else_that_decides_a_perplexity_counts) {
    EvaluatedFolder folder;
    BOOST_TEST(!folder.evaluate("first", {}));
    const std::string base = *read_text(folder.path("base.yaml"));
    auto with = [&](const std::string& from, const std::string& to) {
        std::string text = base;
        text.replace(text.find(from), from.size(), to);
        folder.write("base.yaml", text);
    };
    folder.write("other.txt", verses(121));
    int number = 0;
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"first_window: 4", "first_window: 5"},
             {"windows: 2, window_tokens", "windows: 1, window_tokens"},
             {"window_tokens: 64", "window_tokens: 32"},
             {"evaluation: {text: text.txt", "evaluation: {text: other.txt"}}) {
        with(from, to);
        BOOST_TEST(!folder.evaluate(fmt::format("changed_{}", ++number), {}), to);
    }
    folder.write("base.yaml", base);
    macaw_output({"perplexity", folder.path("base.yaml"), "--arithmetic", "quantized", "--layers",
                  folder.path("layers"), "--reuse", folder.path("shared"), "-o", folder.path("quantized")});
    BOOST_TEST(!folder.json("quantized/step.json").contains("equal_evaluation"));
    BOOST_TEST(folder.evaluate("back", {}));
}

BOOST_AUTO_TEST_CASE(a_kept_evaluation_that_cannot_be_read_is_measured_again) {
    EvaluatedFolder folder;
    BOOST_TEST(!folder.evaluate("first", {}));
    for (const auto& entry : std::filesystem::directory_iterator(folder.path("shared")))
        BOOST_REQUIRE(write_text(entry.path(), "{").has_value());
    BOOST_TEST(!folder.evaluate("again", {}));
    BOOST_TEST(folder.perplexity("again") == folder.perplexity("first"));
    BOOST_TEST(folder.evaluate("third", {}));
}

BOOST_AUTO_TEST_SUITE_END()
