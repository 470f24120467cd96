// Sweeps of silicon and of hardware from file to figures on one processing element: equal work is done once,
// every point has quality, area and power, and an interrupted sweep ends with the figures of one that was
// not.
#include <csignal>
#include <set>

#include <boost/test/unit_test.hpp>

#include "golden/support/file.hpp"
#include "golden/support/process.hpp"
#include "testbench/support/files.hpp"

using namespace macaw;
namespace fs = std::filesystem;

namespace {

struct SweepFolder {
    testing::ScratchFolder scratch;
    SweepFolder() {
        std::string text;
        for (int verse = 0; verse < 120; ++verse)
            text += fmt::format("And the {} day God made {} beasts of the earth after their kind. ", verse,
                                verse * verse);
        write("text.txt", text);
        write("base.yaml",
              "name: base\nmodel: " + testing::embedded_model().string() +
                  "\ncalibration: {text: text.txt}\nevaluation: {text: text.txt, first_window: 4, "
                  "windows: 2, window_tokens: 64}\nquantizer: {algorithm: rtn, calibration_windows: 1, "
                  "window: 64}\ndatapath: {weight_bits: 4, activation_bits: 8, tile: 64, inner_bits: "
                  "30, outer_bits: 34}\narray: {rows: 1, columns: 1, lanes: 2}\ncosim: {tokens: 2}\n"
                  "synth: {trap_twin: false, power: {segments: 64, cycles: 16}}\n");
    }
    void write(const std::string& name, const std::string& text) const {
        BOOST_REQUIRE(write_text(scratch.path() / name, text).has_value());
    }
    std::string run(const std::vector<std::string>& arguments, int expected = 0) const {
        std::vector<std::string> command = {MACAW_PROGRAM};
        command.insert(command.end(), arguments.begin(), arguments.end());
        auto result = run_process(command);
        BOOST_REQUIRE(result.has_value());
        BOOST_REQUIRE_MESSAGE(result->exit_code == expected, result->output);
        return result->output;
    }
    std::string path(const std::string& name) const { return (scratch.path() / name).string(); }
    std::string sweep(const std::string& text, const std::string& output) const {
        write("sweep.yaml", "name: s\nbase: base.yaml\n" + text);
        run({"sweep", path("sweep.yaml"), "-o", path(output), "-j", "2"});
        return run({"results", path(output), "--values-only", "--format", "json"});
    }
    std::set<fs::path> steps(const std::string& output, const std::string& prefix) const {
        std::set<fs::path> folders;
        for (const auto& entry : fs::directory_iterator(scratch.path() / output / "store"))
            if (entry.path().filename().string().starts_with(prefix)) folders.insert(entry.path());
        return folders;
    }
};

const char* const kWidths =
    "steps: silicon\naxes:\n  - datapath.inner_bits: [28, 30]\n    datapath.outer_bits: [32, 34]\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(silicon_sweep)

BOOST_AUTO_TEST_CASE(points_share_codes_stimulus_and_evaluation_and_have_silicon_of_their_own) {
    SweepFolder folder;
    auto points = Json::parse(folder.sweep(kWidths, "out")).at("points");
    BOOST_REQUIRE(points.size() == 2U);
    for (const char* shared : {"quantize-", "stimulate-", "perplexity-float-"})
        BOOST_TEST(folder.steps("out", shared).size() == 1U, shared);
    for (const char* own : {"generate-", "synth-", "bound-", "perplexity-datapath-"})
        BOOST_TEST(folder.steps("out", own).size() == 2U, own);
    // The datapaths differ, the sums do not: one of the two evaluations is the other one's.
    int reused = 0;
    for (const fs::path& step : folder.steps("out", "perplexity-datapath-"))
        reused += read_json(step / "step.json").value().contains("equal_evaluation") ? 1 : 0;
    BOOST_TEST(reused <= 1);  // none where both ran at the same time
    auto value = [&](std::size_t point, const char* key) {
        return points.at(point).at("metrics").at(key).get<double>();
    };
    BOOST_TEST(value(0, "model__ppl__datapath") == value(1, "model__ppl__datapath"));
    BOOST_TEST(value(0, "synth__area__um2") < value(1, "synth__area__um2"));
    BOOST_TEST(value(0, "power__total__mw") > 0);
    BOOST_TEST(value(0, "stimulus__macs__per_token__count") > 0);
    // What has served is gone; the figures stay.
    for (const fs::path& step : folder.steps("out", "stimulate-"))
        BOOST_TEST(!fs::exists(step / "stimulus.safetensors"));
}

BOOST_AUTO_TEST_CASE(a_sweep_that_is_interrupted_and_goes_on_has_the_figures_of_one_that_ran_through) {
    SweepFolder folder;
    const std::string whole = folder.sweep(kWidths, "whole");
    // A step that is missing is what an interruption leaves.
    folder.sweep(kWidths, "torn");
    for (const char* step : {"quantize-", "synth-"})
        for (const fs::path& found : folder.steps("torn", step)) fs::remove_all(found);
    const std::string torn = folder.sweep(kWidths, "torn");
    BOOST_TEST(torn == whole);
    BOOST_TEST(Json::parse(torn).at("points").size() == 2U);
}

BOOST_AUTO_TEST_CASE(hardware_needs_no_quantized_model) {
    SweepFolder folder;
    auto points = Json::parse(folder.sweep("steps: hardware\naxes:\n  - datapath.inner_bits: [28]\n", "out"))
                      .at("points");
    BOOST_REQUIRE(points.size() == 1U);
    BOOST_TEST(folder.steps("out", "quantize-").empty());
    BOOST_TEST(points.at(0).at("metrics").contains("power__total__mw"));
    BOOST_TEST(!points.at(0).at("metrics").contains("model__ppl__datapath"));
}

BOOST_AUTO_TEST_SUITE_END()
