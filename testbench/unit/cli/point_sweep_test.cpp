// A quality sweep from file to table on a few windows of the embedded model: failures are recorded, equal
// steps are run once, files that have served are removed and made again when a later sweep needs them.
#include "testbench/support/cli/sweep_folder.hpp"

using namespace macaw;
using namespace macaw::testing;
namespace fs = std::filesystem;

namespace {

struct QualityFolder : SweepFolder {
    fs::path store = scratch.path() / "out/store";
    QualityFolder()
        : SweepFolder(
              "datapath: {weight_bits: 4, activation_bits: 8, tile: 64, inner_bits: 15, outer_bits: "
              "24}\n") {}
    ProcessResult sweep(const std::string& text, bool json = false) const {
        write("sweep.yaml", "name: s\nbase: base.yaml\nsteps: quality\n" + text);
        std::vector<std::string> command = {"sweep", path("sweep.yaml"), "--output", path("out"), "-j", "2"};
        if (json) command.push_back("--json");
        return macaw_program(command);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(quality_sweep)

BOOST_AUTO_TEST_CASE(a_quality_sweep_shares_codes_discards_them_and_makes_them_again_when_needed) {
    QualityFolder folder;
    const std::string modes =
        "axes:\n  - quantizer.constraint: [none]\n  - datapath.inner_overflow: [wrap, saturate]\n";
    ProcessResult result = folder.sweep(modes);
    BOOST_TEST(result.exit_code == 0, result.output);
    auto quantized = folder.steps("quantize-");
    BOOST_REQUIRE(quantized.size() == 1U);
    fs::path layers = folder.store / *quantized.begin();
    BOOST_TEST(fs::exists(layers / "metrics.json"));
    BOOST_TEST(!fs::exists(layers / "layers.safetensors"));
    for (const char* file : {"sweep.csv", "sweep.json", "sweep.md", "report.html"})
        BOOST_TEST(fs::exists(folder.scratch.path() / "out/s" / file), file);
    auto rows = read_json(folder.scratch.path() / "out/s/sweep.json");
    BOOST_REQUIRE(rows.has_value());
    for (const Json& row : *rows)
        for (const char* key : {"perplexity", "perplexity_standard_error", "float_perplexity", "sparsity",
                                "bops_per_token", "needed_inner_bits", "certified", "inner_overflow_rate"})
            BOOST_TEST(row.contains(key), key);

    // The same again does nothing; one more width needs the codes again and only its own steps.
    auto before = folder.steps("");
    BOOST_TEST(folder.sweep(modes).exit_code == 0);
    BOOST_TEST((folder.steps("") == before));
    result = folder.sweep(modes + "  - datapath.inner_bits: [15, 14]\n");
    BOOST_TEST(result.exit_code == 0, result.output);
    BOOST_TEST(folder.steps("quantize-").size() == 1U);
    BOOST_TEST(folder.steps("perplexity-datapath-").size() == 4U);
    BOOST_TEST(!fs::exists(layers / "layers.safetensors"));
}

BOOST_AUTO_TEST_CASE(a_certificate_speaks_of_the_configured_accumulators_not_of_those_that_were_enough) {
    QualityFolder folder;
    auto text = read_text(folder.path("base.yaml"));
    BOOST_REQUIRE(text.has_value());
    folder.write("wide.yaml",
                 text->substr(0, text->find("inner_bits:")) + "inner_bits: 30, outer_bits: 34}\n");
    macaw_output({"quantize", folder.path("wide.yaml"), "-o", folder.path("layers")});
    macaw_output(
        {"bound", folder.path("layers"), "--config", folder.path("wide.yaml"), "-o", folder.path("bound")});
    BOOST_TEST(folder.json("layers/layers.json").at("datapath").at("inner_bits") < 30);
    const Json metrics = folder.json("bound/metrics.json");
    BOOST_TEST(metrics.at("datapath__inner__bits").at("value") == 30);
    BOOST_TEST(metrics.at("datapath__outer__bits").at("value") == 34);
    BOOST_TEST(!folder.json("layers/metrics.json").contains("datapath__inner__bits"));
}

BOOST_AUTO_TEST_CASE(a_point_that_fails_is_recorded_with_its_reason_and_stops_no_other) {
    QualityFolder folder;
    ProcessResult result = folder.sweep(
        "axes:\n  - quantizer.constraint: [none]\n  - quantizer.calibration_windows: [1, 1000]\n");
    BOOST_TEST(result.exit_code == 4);
    auto rows = read_json(folder.scratch.path() / "out/s/sweep.json");
    BOOST_REQUIRE(rows.has_value());
    BOOST_TEST(rows->at(0).contains("perplexity"));
    BOOST_TEST(rows->at(1).at("failure").get<std::string>().find("too few for 1000 windows of 64") !=
               std::string::npos);
    BOOST_TEST(result.output.find("failed: ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_selection_evaluates_only_the_best_of_each_group_and_logs_all_candidates) {
    QualityFolder folder;
    ProcessResult result = folder.sweep(
        "set: {quantizer.constraint: none}\naxes:\n  - datapath.tile: [64, 32]\n  - datapath.weight_bits: "
        "[2, 8]\n"
        "    datapath.inner_bits: [20, 24]\nselect: {per: tile}\n"
        "validation: {text: text.txt, first_window: 2, windows: 2}\n",
        true);
    BOOST_TEST(result.exit_code == 0, result.output);
    auto chosen = read_json(folder.scratch.path() / "out/s/sweep.json");
    auto candidates = read_json(folder.scratch.path() / "out/s/candidates.json");
    BOOST_REQUIRE((chosen.has_value() && candidates.has_value()));
    BOOST_REQUIRE(chosen->size() == 2U);
    BOOST_TEST(candidates->size() == 4U);
    for (const Json& row : *chosen) {
        BOOST_TEST(row["weight_bits"] == 8);
        BOOST_TEST(row.contains("perplexity"));
        BOOST_TEST(row.contains("validation_perplexity"));
    }
    for (const Json& row : *candidates) BOOST_TEST(!row.contains("perplexity"));
    BOOST_TEST(result.output.find("\"candidates\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_candidate_that_fails_is_named_and_makes_the_sweep_fail) {
    QualityFolder folder;
    std::string other;  // than that of the calibration, of which one candidate wants all
    for (int verse = 0; verse < 60; ++verse)
        other += fmt::format("And there were {} kings in the land. ", verse * verse);
    folder.write("other.txt", other);
    auto with_windows = [&](const std::string& windows) {
        return folder.sweep(
            "set: {quantizer.constraint: none, datapath.inner_bits: 24}\naxes:\n  - datapath.tile: [64]\n"
            "  - quantizer.calibration_windows: [" +
            windows + "]\nselect: {per: tile}\nvalidation: {text: other.txt, first_window: 2, windows: 2}\n");
    };
    ProcessResult result = with_windows("1, 1000");
    BOOST_TEST(result.exit_code == 4);
    BOOST_TEST(result.output.find("some candidates failed and could not be chosen") != std::string::npos,
               result.output);
    BOOST_TEST(result.output.find("calibration_windows_1000\n") != std::string::npos, result.output);
    BOOST_TEST(fs::exists(folder.scratch.path() / "out/s/report.html"));
    result = with_windows("1000");
    BOOST_TEST(result.exit_code == 4);
    BOOST_TEST(result.output.find("none of the 1 candidates is certified; failed: ") != std::string::npos,
               result.output);
}

BOOST_AUTO_TEST_SUITE_END()
