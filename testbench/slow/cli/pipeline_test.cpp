// The whole graph on a small configuration (2 x 2 array, a few windows of text): it ends with a report, a
// second run does no work, a change redoes only what depends on it, and an interrupted run goes on where it
// stopped.
#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "golden/support/file.hpp"
#include "golden/support/metrics.hpp"
#include "golden/support/process.hpp"
#include "reports/store/result_store.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/process_group.hpp"
#include "testbench/support/property.hpp"

using namespace macaw;
namespace fs = std::filesystem;

namespace {

const fs::path kText = testing::source_folder() / "build/texts/luke_john_acts.txt";  // scripts/texts

std::string config_text(int inner_bits) {
    return fmt::format(
        "name: small\nmodel: {}\ncalibration: {{text: {}}}\nevaluation: {{text: {}, windows: 2, "
        "window_tokens: 64}}\n"
        "quantizer: {{calibration_windows: 8, window: 64}}\n"
        "datapath: {{weight_bits: 4, activation_bits: 8, tile: 64, inner_bits: {}, outer_bits: 19}}\n"
        "array: {{rows: 2, columns: 2, lanes: 16, arithmetic: structural, accumulation: carry_save}}\n"
        "comparison: {{inner_bits: [12]}}\ncosim: {{tokens: 64, arithmetic: behavioural}}\n",
        testing::embedded_model().string(), kText.string(), kText.string(), inner_bits);
}

std::set<std::string> steps_in(const fs::path& store) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(store)) names.insert(entry.path().filename().string());
    return names;
}

// The one point that stands in the database of results.
reports::StoredPoint recorded(const fs::path& out) {
    auto store = reports::ResultStore::open_existing(out);
    BOOST_REQUIRE(store.has_value());
    auto points = store->points();
    BOOST_REQUIRE((points.has_value() && points->size() == 1U));
    return points->front();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pipeline)

BOOST_AUTO_TEST_CASE(a_run_can_be_interrupted_goes_on_ends_with_a_report_and_is_then_done) {
    if (!fs::exists(kText)) {
        BOOST_TEST_MESSAGE("skipped: " << kText.string() << " is missing (scripts/texts makes it)");
        return;
    }
    testing::ScratchFolder folder;
    fs::path config = folder.path() / "small.yaml";
    fs::path out = folder.path() / "out";
    BOOST_REQUIRE(write_text(config, config_text(15)).has_value());
    const std::vector<std::string> command = {MACAW_PROGRAM, "run", config.string(), "--output",
                                              out.string()};

    // Interrupted as soon as the first step is done.
    pid_t child = testing::start_in_group(command);
    while (!fs::exists(out / "store") || steps_in(out / "store").empty() ||
           steps_in(out / "store").begin()->ends_with(".partial")) {
        BOOST_REQUIRE(::waitpid(child, nullptr, WNOHANG) == 0);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ::kill(-child, SIGINT);
    int status = 0;
    ::waitpid(child, &status, 0);
    BOOST_TEST(WIFEXITED(status));
    BOOST_TEST(WEXITSTATUS(status) == 130);
    BOOST_TEST(!fs::exists(out / "small/report.html"));
    std::set<std::string> before = steps_in(out / "store");
    for (const std::string& name : before) BOOST_TEST(!name.ends_with(".partial"), name);

    // Goes on and ends.
    auto result = run_process(command);
    BOOST_REQUIRE(result.has_value());
    BOOST_TEST(result->exit_code == 0, result->output);
    BOOST_TEST(fs::exists(out / "small/report.html"));
    auto metrics = read_json(out / "small/metrics.json");
    BOOST_REQUIRE(metrics.has_value());
    for (const char* key : {"model__ppl__float", "model__ppl__quantized", "model__ppl__datapath",
                            "axe__tiles__constrained__count", "bound__inner__bits", "bound__outer__bits",
                            "equivalence__claims__count", "equivalence__proven__count",
                            "cosim__outputs__count", "cosim__mismatches__count", "cosim__overflows__count",
                            "synth__area__um2", "timing__period__min_ns", "power__total__mw"})
        BOOST_TEST(metrics->contains(key), key);
    BOOST_TEST(metrics->at("equivalence__claims__count") == 6);
    BOOST_TEST(metrics->at("equivalence__proven__count") == 6);
    BOOST_TEST(metrics->at("cosim__mismatches__count") == 0);
    BOOST_TEST(metrics->at("cosim__overflows__count") == 0);
    BOOST_TEST(metrics->at("cosim__outputs__count") ==
               64 * 2560 * 6 * 2);  // tokens x channels x blocks x (wrap, trap)

    // The database holds the same figures, each with its step.
    reports::StoredPoint point = recorded(out);
    BOOST_TEST(point.name == "small");
    BOOST_TEST(point.failure == "");
    BOOST_TEST(point.metrics.size() == metrics->size());
    for (const reports::StoredMetric& stored : point.metrics) {
        BOOST_TEST(metrics->at(stored.metric.key).dump() == stored.metric.value.dump());
        BOOST_TEST(std::ranges::count(point.steps, stored.step, &reports::StoredStep::name) == 1);
    }
    BOOST_TEST((point.config.at("synth").at("clock_mhz") == 100.0));

    // A second run has nothing to do.
    std::set<std::string> complete = steps_in(out / "store");
    result = run_process(command);
    BOOST_TEST(result->exit_code == 0);
    BOOST_TEST(result->output.find("nothing to do") != std::string::npos);
    BOOST_TEST((steps_in(out / "store") == complete));

    // Another clock is another synthesis and report, and nothing else.
    BOOST_REQUIRE(write_text(config, config_text(15) + "synth: {clock_mhz: 50}\n").has_value());
    result = run_process(command);
    BOOST_TEST(result->exit_code == 0, result->output);
    std::vector<std::string> added;
    std::set<std::string> after = steps_in(out / "store");
    std::set_difference(after.begin(), after.end(), complete.begin(), complete.end(),
                        std::back_inserter(added));
    BOOST_REQUIRE(added.size() == 2U);
    BOOST_TEST(added[0].starts_with("report-"));
    BOOST_TEST(added[1].starts_with("synth-"));
    BOOST_TEST((recorded(out).config.at("synth").at("clock_mhz") == 50.0));

    // With signoff: the array is also signed off, and page and figures say so.
    BOOST_REQUIRE(
        write_text(config, config_text(15) + "signoff: {netlist: false, proofs: true}\n").has_value());
    result = run_process(command);
    BOOST_TEST(result->exit_code == 0, result->output);
    const auto signed_off = read_json(out / "small/metrics.json");
    BOOST_REQUIRE(signed_off.has_value());
    BOOST_TEST(signed_off->at("verify__checks__failed__count") == 0);
    BOOST_TEST(signed_off->at("verify__checks__passed__count").get<int>() >= 8);
    BOOST_TEST(signed_off->contains("verify__functional__protocol_covered__percent"));
    const auto page = read_text(out / "small/report.html");
    BOOST_REQUIRE(page.has_value());
    BOOST_TEST(page->find("Sign-off and coverage") != std::string::npos);

    // A run that fails replaces the point by its reason.
    BOOST_REQUIRE(
        write_text(config, config_text(15) + "synth: {library: " + (folder.path() / "x.lib").string() + "}\n")
            .has_value());
    BOOST_REQUIRE(write_text(folder.path() / "x.lib", "library (x) {}\n").has_value());
    result = run_process(command);
    BOOST_TEST(result->exit_code != 0);
    BOOST_TEST(recorded(out).failure.starts_with("step synth: "), recorded(out).failure);
    BOOST_TEST(recorded(out).metrics.empty());

    // Back to the first configuration: nothing is run, and the folder shows the first report again.
    BOOST_REQUIRE(write_text(config, config_text(15)).has_value());
    result = run_process(command);
    BOOST_TEST(result->output.find("nothing to do") != std::string::npos);
    BOOST_TEST((*read_json(out / "small/metrics.json") == *metrics));
    BOOST_TEST(recorded(out).metrics.size() == metrics->size());
}

BOOST_AUTO_TEST_SUITE_END()
