// What macaw sweep and macaw run leave in the database, also when they fail or are killed. Whole sweeps of
// the embedded model: too long for the unit tests.
#include <chrono>
#include <thread>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "golden/support/folder_lock.hpp"
#include "golden/support/process.hpp"
#include "testbench/support/cli/macaw_program.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/process_group.hpp"
#include "testbench/support/stored_point_example.hpp"

using namespace macaw;
using namespace macaw::testing;
namespace fs = std::filesystem;

namespace {

// A small quality sweep on the embedded model.
struct SweepFolder {
    ScratchFolder scratch;
    SweepFolder() {
        std::string text;
        for (int verse = 0; verse < 120; ++verse)
            text += fmt::format("And the {} day God made {} beasts of the earth after their kind. ", verse,
                                verse * verse);
        write("text.txt", text);
        write(
            "base.yaml",
            "name: base\nmodel: " + embedded_model().string() +
                "\ncalibration: {text: text.txt}\nevaluation: {text: text.txt, first_window: 4, windows: 2, "
                "window_tokens: 64}\nquantizer: {algorithm: rtn, constraint: none, calibration_windows: 1, "
                "window: 64}\ndatapath: {weight_bits: 4, activation_bits: 8, tile: 64, inner_bits: 15, "
                "outer_bits: 24}\n");
    }
    void write(const std::string& name, const std::string& text) const {
        succeed(write_text(scratch.path() / name, text));
    }
    std::vector<std::string> command(const std::string& out) const {
        return {MACAW_PROGRAM, "sweep", (scratch.path() / "sweep.yaml").string(), "--output", path(out),
                "-j",          "1"};
    }
    std::string path(const std::string& name) const { return (scratch.path() / name).string(); }
    std::string values(const std::string& out) const {
        ProcessResult result = macaw_program({"results", path(out), "--values-only"});
        BOOST_TEST(result.exit_code == 0, result.output);
        return result.output;
    }
    std::size_t finished(const std::string& out) const {
        auto store = reports::ResultStore::open_existing(path(out));
        return store ? value_of(store->points()).size() : 0;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(recorded_sweep)

BOOST_AUTO_TEST_CASE(a_run_into_a_folder_with_somebody_else_s_database_is_refused_before_it_begins) {
    SweepFolder folder;
    fs::create_directories(folder.path("out"));
    folder.write("out/results.sqlite", "not a database, but somebody needs it");
    folder.write("sweep.yaml", "name: s\nbase: base.yaml\nsteps: quality\naxes: [{datapath.tile: [64]}]\n");
    ProcessResult result = value_of(run_process(folder.command("out")));
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(contains(result.output, "results.sqlite: error: is not a SQLite database"), result.output);
    BOOST_TEST(!fs::exists(folder.path("out/store")));
    BOOST_TEST(value_of(read_text(folder.path("out/results.sqlite"))).starts_with("not a database"));
}

BOOST_AUTO_TEST_CASE(a_run_that_fails_and_cannot_be_recorded_says_both_and_ends_with_its_own_reason) {
    SweepFolder folder;
    folder.write("run.yaml", value_of(read_text(folder.path("base.yaml"))) +
                                 "comparison: {inner_bits: [12]}\narray: {rows: 2, columns: 2, lanes: 16}\n");
    std::string config = value_of(read_text(folder.path("run.yaml")));
    const std::string windows = "calibration_windows: 1";
    folder.write("run.yaml", config.replace(config.find(windows), windows.size(), windows + "000"));
    fs::create_directories(folder.path("out"));
    succeed(open_database(folder.path("out/results.sqlite"))  // ours, but somebody dropped its tables
                .execute("PRAGMA application_id = 0x6d616361; PRAGMA user_version = 1"));
    ProcessResult result = macaw_program({"run", folder.path("run.yaml"), "-o", folder.path("out")});
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(contains(result.output, "too few for 1000 windows of 64"), result.output);
    BOOST_TEST(contains(result.output, "results.sqlite: error: "), result.output);
    BOOST_TEST(contains(result.output, "error: the run stopped before its end"), result.output);
}

BOOST_AUTO_TEST_CASE(a_sweep_records_every_point_the_failing_one_with_its_reason) {
    SweepFolder folder;
    folder.write("sweep.yaml",
                 "name: s\nbase: base.yaml\nsteps: quality\naxes:\n  - quantizer.calibration_windows: [1, "
                 "1000]\n");
    BOOST_TEST(value_of(run_process(folder.command("out"))).exit_code == 4);
    auto points = value_of(value_of(reports::ResultStore::open_existing(folder.path("out"))).points("s"));
    BOOST_REQUIRE(points.size() == 2U);
    BOOST_TEST(points[0].failure == "");
    BOOST_TEST(points[0].scope == "quality");
    std::map<std::string, std::string> step_of;
    for (const reports::StoredMetric& stored : points[0].metrics) step_of[stored.metric.key] = stored.step;
    const std::map<std::string, std::string> expected = {{"model__ppl__datapath", "perplexity"},
                                                         {"model__ppl__float", "float_perplexity"},
                                                         {"bound__inner__bits", "bound"},
                                                         {"quantizer__tiles__count", "quantize"},
                                                         {"datapath__inner__bits", ""}};
    for (const auto& [key, step] : expected) BOOST_TEST((step_of.contains(key) && step_of[key] == step), key);
    BOOST_REQUIRE(points[0].steps.size() == 4U);
    for (const reports::StoredStep& step : points[0].steps) {
        BOOST_TEST(fs::is_directory(fs::path(folder.path("out")) / step.folder), step.folder);
        for (const char* member : {"command", "inputs", "machine", "seconds"})
            BOOST_TEST(step.record.contains(member), member);
    }
    BOOST_TEST(contains(points[1].failure, "step quantize"), points[1].failure);
    BOOST_TEST(contains(points[1].failure, "too few for 1000 windows of 64"), points[1].failure);
    BOOST_TEST(points[1].metrics.empty());
    BOOST_TEST(points[1].config.at("quantizer").at("calibration_windows") == 1000);
}

// As some launchers leave it: then no program's exit code would be known, and every end taken for a good one.
BOOST_AUTO_TEST_CASE(a_tool_that_fails_is_seen_to_fail_where_macaw_was_started_with_sigchld_ignored) {
    SweepFolder folder;
    folder.write("sweep.yaml",
                 "name: s\nbase: base.yaml\nsteps: quality\naxes:\n  - datapath.weight_bits: [4, 5]\n");
    folder.write("srun", "#!/bin/sh\necho no such partition; exit 1\n");
    fs::permissions(folder.path("srun"), fs::perms::owner_all);
    std::vector<std::string> command = folder.command("out");
    command.insert(command.begin(), {"env", "-u", "SLURM_JOB_ID", "--ignore-signal=CHLD",
                                     "PATH=" + folder.scratch.path().string() + ":" + std::getenv("PATH")});
    command.push_back("--slurm");
    ProcessResult result = value_of(run_process(command));
    BOOST_TEST(result.exit_code == 2, result.output);
    BOOST_TEST(contains(result.output, "Slurm refuses such steps"), result.output);
}

BOOST_AUTO_TEST_CASE(a_sweep_that_is_killed_holds_whole_points_and_resumed_has_the_same_results) {
    SweepFolder folder;
    folder.write("sweep.yaml",
                 "name: s\nbase: base.yaml\nsteps: quality\naxes:\n  - datapath.weight_bits: [3, 4, 5, 6]\n"
                 "  - datapath.tile: [64, 128]\n");
    constexpr std::size_t kPoints = 8;
    BOOST_TEST(value_of(run_process(folder.command("whole"))).exit_code == 0);
    const std::string whole = folder.values("whole");
    std::size_t seen = 0;
    for (int kill = 0; kill < 2; ++kill) {  // as soon as one more point stands in the database
        pid_t child = testing::start_in_group(folder.command("killed"));
        int status = 0;
        while (folder.finished("killed") <= seen && ::waitpid(child, &status, WNOHANG) == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        ::kill(-child, SIGKILL);
        ::waitpid(child, &status, 0);
        // A step that Ninja put into a group of its own may outlive them all; it holds the folder's lock.
        while (!FolderLock::acquire(folder.path("killed/store")))
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        seen = folder.finished("killed");
        BOOST_TEST(seen > 0U);
        if (kill == 0) BOOST_TEST(seen < kPoints);  // otherwise nothing was interrupted
        const std::string values = folder.values("killed");
        for (std::size_t begin = 0; begin < values.size(); begin = values.find('\n', begin) + 1)
            BOOST_TEST(contains(whole, values.substr(begin, values.find('\n', begin) - begin + 1)));
    }
    ProcessResult resumed = value_of(run_process(folder.command("killed")));
    BOOST_TEST(resumed.exit_code == 0, resumed.output);
    BOOST_TEST(folder.values("killed") == whole);
    ProcessResult compared =
        macaw_program({"compare", folder.path("whole"), folder.path("killed"), "--json"});
    BOOST_TEST(Json::parse(compared.output).at("points").size() == kPoints);
}

BOOST_AUTO_TEST_CASE(a_selection_records_candidates_as_a_sweep_of_their_own) {
    SweepFolder folder;
    folder.write("sweep.yaml",
                 "name: s\nbase: base.yaml\nsteps: quality\naxes:\n  - datapath.tile: [64]\n"
                 "  - datapath.weight_bits: [2, 8]\n    datapath.inner_bits: [20, 24]\nselect: {per: tile}\n"
                 "validation: {text: text.txt, first_window: 2, windows: 2}\n");
    ProcessResult result = value_of(run_process(folder.command("out")));
    BOOST_TEST(result.exit_code == 0, result.output);
    reports::ResultStore store = value_of(reports::ResultStore::open_existing(folder.path("out")));
    auto candidates = value_of(store.points("s/candidates"));
    auto chosen = value_of(store.points("s"));
    BOOST_TEST(candidates.size() == 2U);
    BOOST_REQUIRE(chosen.size() == 1U);
    BOOST_TEST(chosen[0].position == 1);
    auto has = [](const reports::StoredPoint& point, const std::string& key, const std::string& step) {
        return std::ranges::any_of(point.metrics, [&](const reports::StoredMetric& stored) {
            return stored.metric.key == key && stored.step == step;
        });
    };
    BOOST_TEST(has(chosen[0], "validation__datapath__ppl", "validation"));
    BOOST_TEST(has(chosen[0], "model__ppl__datapath", "perplexity"));
    BOOST_TEST(has(candidates[0], "validation__datapath__ppl", "validation"));
    BOOST_TEST(!has(candidates[0], "model__ppl__datapath", "perplexity"));
    BOOST_TEST(chosen[0].steps.back().name == "validation");
}

BOOST_AUTO_TEST_CASE(a_winner_and_candidates_that_a_sweep_no_longer_has_leave_the_database) {
    SweepFolder folder;
    auto sweep = [&](const std::string& weights, const std::string& inner) {
        folder.write("sweep.yaml",
                     "name: s\nbase: base.yaml\nsteps: quality\naxes:\n  - datapath.tile: [64]\n"
                     "  - datapath.weight_bits: [" +
                         weights + "]\n    datapath.inner_bits: [" + inner +
                         "]\nselect: {per: tile}\n"
                         "validation: {text: text.txt, first_window: 2, windows: 2}\n");
        return value_of(run_process(folder.command("out"))).exit_code;
    };
    auto names = [&](const std::string& of) {
        std::vector<std::string> names;
        auto store = value_of(reports::ResultStore::open_existing(folder.path("out")));
        for (const reports::StoredPoint& point : value_of(store.points(of))) names.push_back(point.name);
        return names;
    };
    BOOST_TEST(sweep("2, 3", "20, 20") == 0);
    const std::vector<std::string> winner = names("s"), candidates = names("s/candidates");
    BOOST_REQUIRE(winner.size() == 1U);
    BOOST_TEST(candidates.size() == 2U);
    BOOST_TEST(sweep("2, 8", "20, 24") == 0);
    BOOST_REQUIRE(names("s").size() == 1U);
    BOOST_TEST((names("s") != winner));
    BOOST_TEST(names("s/candidates").size() == 2U);
    BOOST_TEST((names("s/candidates") != candidates));
    BOOST_TEST(sweep("8", "8") == 1);  // none is certified
    BOOST_TEST(names("s").empty());
}

BOOST_AUTO_TEST_SUITE_END()
