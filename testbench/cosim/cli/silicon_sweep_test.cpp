// Sweeps of silicon and of hardware from file to figures on one processing element: equal work is done once,
// every point has quality, area and power, and an interrupted sweep ends with the figures of one that was
// not.
#include "testbench/support/cli/sweep_folder.hpp"

using namespace macaw;
using namespace macaw::testing;
namespace fs = std::filesystem;

namespace {

struct SiliconFolder : SweepFolder {
    SiliconFolder()
        : SweepFolder(
              "datapath: {weight_bits: 4, activation_bits: 8, tile: 64, inner_bits: 30, outer_bits: 34}\n"
              "array: {rows: 1, columns: 1, lanes: 2}\ncosim: {tokens: 2}\n"
              "synth: {trap_twin: false, power: {segments: 64, cycles: 16}}\n") {}
    // Its points without provenance; one step at a time, so that what can be shared is.
    std::string sweep(const std::string& text, const std::string& output) const {
        write("sweep.yaml", "name: s\nbase: base.yaml\n" + text);
        macaw_output({"sweep", path("sweep.yaml"), "-o", path(output), "-j", "1"});
        return macaw_output({"results", path(output), "--values-only", "--format", "json"});
    }
};

const char* const kWidths =
    "steps: silicon\naxes:\n  - datapath.inner_bits: [28, 30]\n    datapath.outer_bits: [32, 34]\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(silicon_sweep)

BOOST_AUTO_TEST_CASE(points_share_codes_stimulus_and_evaluation_and_have_silicon_of_their_own) {
    SiliconFolder folder;
    auto points = Json::parse(folder.sweep(kWidths, "out")).at("points");
    BOOST_REQUIRE(points.size() == 2U);
    for (const char* shared : {"quantize-", "stimulate-", "perplexity-float-"})
        BOOST_TEST(folder.steps(shared, "out").size() == 1U, shared);
    for (const char* own : {"generate-", "synth-", "bound-", "perplexity-datapath-"})
        BOOST_TEST(folder.steps(own, "out").size() == 2U, own);
    // The datapaths differ, the sums do not: one of the two evaluations is the other one's.
    int reused = 0;
    for (const fs::path& step : folder.steps("perplexity-datapath-", "out"))
        reused += read_json(step / "step.json").value().contains("equal_evaluation") ? 1 : 0;
    BOOST_TEST(reused == 1);
    auto value = [&](std::size_t point, const char* key) {
        return points.at(point).at("metrics").at(key).get<double>();
    };
    BOOST_TEST(value(0, "model__ppl__datapath") == value(1, "model__ppl__datapath"));
    BOOST_TEST(value(0, "synth__area__um2") < value(1, "synth__area__um2"));
    BOOST_TEST(value(0, "power__total__mw") > 0);
    BOOST_TEST(value(0, "stimulus__macs__per_token__count") > 0);
    for (const fs::path& step : folder.steps("synth-", "out")) BOOST_TEST(!fs::exists(step / "trap"));
    // What has served is gone; the figures stay.
    for (const fs::path& step : folder.steps("stimulate-", "out"))
        BOOST_TEST(!fs::exists(step / "stimulus.safetensors"));
}

BOOST_AUTO_TEST_CASE(a_sweep_that_is_interrupted_and_goes_on_has_the_figures_of_one_that_ran_through) {
    SiliconFolder folder;
    const std::string whole = folder.sweep(kWidths, "whole");
    // A step that is missing is what an interruption leaves.
    folder.sweep(kWidths, "torn");
    for (const char* step : {"quantize-", "synth-"})
        for (const fs::path& found : folder.steps(step, "torn")) fs::remove_all(found);
    const std::string torn = folder.sweep(kWidths, "torn");
    BOOST_TEST(torn == whole);
    BOOST_TEST(Json::parse(torn).at("points").size() == 2U);
}

BOOST_AUTO_TEST_CASE(hardware_needs_no_quantized_model) {
    SiliconFolder folder;
    auto points = Json::parse(folder.sweep("steps: hardware\naxes:\n  - datapath.inner_bits: [28]\n", "out"))
                      .at("points");
    BOOST_REQUIRE(points.size() == 1U);
    BOOST_TEST(folder.steps("quantize-", "out").empty());
    BOOST_TEST(points.at(0).at("metrics").contains("power__total__mw"));
    BOOST_TEST(!points.at(0).at("metrics").contains("model__ppl__datapath"));
}

BOOST_AUTO_TEST_SUITE_END()
