// The graph of a sweep as jobs of a real Slurm with one node: the results of Ninja alone, failures recorded
// with their reason, and an interrupted sweep that leaves no job behind and goes on. Skipped with a message
// where Slurm is not installed, or we are not root.
#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <thread>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "golden/support/file.hpp"
#include "golden/support/process.hpp"
#include "testbench/support/cli/slurm_node.hpp"
#include "testbench/support/cli/sweep_folder.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/process_group.hpp"
#include "testbench/support/property.hpp"

using namespace macaw;
namespace fs = std::filesystem;

namespace {

// Skips the test where there can be no cluster.
#define MACAW_NEEDS_SLURM()                                               \
    if (std::string why = testing::SlurmNode::obstacle(); !why.empty()) { \
        BOOST_TEST_MESSAGE("skipped: " << why);                           \
        return;                                                           \
    }

// Files of a folder and their contents, times apart: a step's record keeps its command, tools and machine,
// but not the hashes of its inputs, since that of another step's folder covers that step's times.
std::map<std::string, std::string> contents_of(const fs::path& folder) {
    std::map<std::string, std::string> contents;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file() || entry.path().filename() == ".lock") continue;
        auto text = read_text(entry.path());
        BOOST_REQUIRE(text.has_value());
        if (entry.path().filename() == "step.json") {
            Json record = Json::parse(*text);
            for (const char* key : {"seconds", "peak_memory_kib", "inputs"})
                BOOST_TEST(record.erase(key) == 1U);
            record.erase("equal_evaluation");  // which of two equal evaluations was done depends on times
            text = record.dump();
        }
        contents[fs::relative(entry.path(), folder)] = *text;
    }
    return contents;
}

// Names of the files that only one folder has, or that differ.
std::set<std::string> differences(const fs::path& left, const fs::path& right) {
    auto one = contents_of(left), other = contents_of(right);
    std::set<std::string> names;
    for (const auto& [name, text] : one)
        if (auto twin = other.find(name); twin == other.end() || twin->second != text) names.insert(name);
    for (const auto& [name, text] : other)
        if (!one.contains(name)) names.insert(name);
    return names;
}

// A sweep of four points on the embedded model, of which one has too little text to calibrate on.
struct Sweep {
    testing::ScratchFolder scratch;
    fs::path folder = scratch.path();
    fs::path out = folder / "out";

    explicit Sweep(int windows) {
        write("text.txt", testing::verses(1200));
        write("base.yaml",
              "name: base\nmodel: " + testing::embedded_model().string() +
                  "\ncalibration: {text: text.txt}\nevaluation: {text: text.txt, first_window: 4, windows: " +
                  std::to_string(windows) +
                  ", window_tokens: 64}\nquantizer: {algorithm: rtn, window: 64}\ndatapath: {weight_bits: 4, "
                  "activation_bits: 8, tile: 64, inner_bits: 15, outer_bits: 24}\n");
        write("sweep.yaml",
              "name: s\nbase: base.yaml\nsteps: quality\nset: {quantizer.constraint: none}\naxes:\n"
              "  - quantizer.calibration_windows: [1, 2, 3, 100000]\n");
    }
    void write(const std::string& name, const std::string& text) const {
        BOOST_REQUIRE(write_text(folder / name, text).has_value());
    }
    std::vector<std::string> command(const std::vector<std::string>& options) const {
        std::vector<std::string> words = {MACAW_PROGRAM, "sweep", (folder / "sweep.yaml").string(),
                                          "--output", out.string()};
        words.insert(words.end(), options.begin(), options.end());
        return words;
    }
    ProcessResult run(const std::vector<std::string>& options) const {
        ProcessOptions limited;  // and so also ended when the test is killed
        limited.time_limit = std::chrono::minutes(20);
        auto result = run_process(command(options), limited);
        BOOST_REQUIRE(result.has_value());
        return *result;
    }
    pid_t start(const std::vector<std::string>& options) const {
        return testing::start_in_group(command(options));
    }
    // Runs it by Ninja alone and puts the result aside; where it is.
    fs::path reference() const {
        BOOST_REQUIRE(run({"--jobs", "2"}).exit_code == 4);  // one point fails
        fs::rename(out, folder / "reference");
        return folder / "reference";
    }
    // Of the result's table.
    Json row(std::size_t point) const {
        auto rows = read_json(out / "s/sweep.json");
        BOOST_REQUIRE(rows.has_value());
        return rows->at(point);
    }
};

const std::vector<std::string> kOnSlurm = {"--slurm", "--partition", "small",  "--cpus", "1",
                                           "--time",  "10",          "--jobs", "6"};

// The database of results without provenance, as text.
std::string recorded(const fs::path& out) {
    auto result = run_process({MACAW_PROGRAM, "results", out.string(), "--format", "csv", "--values-only"});
    BOOST_REQUIRE(result.has_value());
    BOOST_REQUIRE_MESSAGE(result->exit_code == 0, result->output);
    return result->output;
}

// What users look at: the steps' folders, the tables and the database; one name a line.
std::string differing_results(const fs::path& left, const fs::path& right) {
    std::set<std::string> names = differences(left / "store", right / "store");
    for (const char* table : {"sweep.csv", "sweep.json", "sweep.md"})
        if (*read_text(left / "s" / table) != *read_text(right / "s" / table)) names.insert(table);
    if (recorded(left) != recorded(right)) names.insert("results.sqlite");
    return fmt::format("{}", fmt::join(names, "\n"));
}

// Waits until the condition holds, as long as the child lives.
void wait_until(pid_t child, const std::function<bool()>& condition) {
    while (!condition()) {
        BOOST_REQUIRE(::waitpid(child, nullptr, WNOHANG) == 0);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

int exit_code_of(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool runs_a(const testing::SlurmNode& node, const std::string& step) {
    for (const std::string& name : node.jobs("RUNNING"))
        if (name.starts_with("macaw-" + step)) return true;
    return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(slurm)

BOOST_AUTO_TEST_CASE(a_sweep_through_slurm_equals_ninja_alone_and_records_the_point_that_fails) {
    MACAW_NEEDS_SLURM();
    testing::SlurmNode node;
    Sweep sweep(2);
    const fs::path reference = sweep.reference();
    BOOST_TEST(node.jobs("all").empty());
    ProcessResult result = sweep.run(kOnSlurm);
    BOOST_TEST(result.exit_code == 4, result.output);
    BOOST_TEST(differing_results(reference, sweep.out) == "");

    // One job a step, also for the one that failed.
    std::multiset<std::string> steps;
    for (const auto& entry : fs::directory_iterator(sweep.out / "store"))
        if (entry.is_directory()) steps.insert("macaw-" + entry.path().filename().string());
    for (const auto& entry : fs::directory_iterator(sweep.out / "s/ninja-points/failures"))
        steps.insert("macaw-" + entry.path().stem().string());
    BOOST_TEST(steps.size() == 11U);  // quantize, bound, perplexity of three points; quantize; float32
    BOOST_TEST((node.jobs("all") == steps));
    for (std::size_t point : {0U, 1U, 2U}) BOOST_TEST(sweep.row(point).contains("perplexity"));
    BOOST_TEST(sweep.row(3).at("failure").get<std::string>().find("too few for 100000 windows of 64") !=
               std::string::npos);

    const std::string database = recorded(sweep.out);
    BOOST_TEST(std::ranges::count(database, '\n') == 5, database);  // the head and four points

    // The comparison sees a single digit, and a file more.
    const fs::path step = fs::path(steps.begin()->substr(std::string("macaw-").size()));
    auto metrics = read_text(reference / "store" / step / "metrics.json");
    BOOST_REQUIRE(metrics.has_value());
    metrics->at(metrics->find_first_of("12345678")) += 1;
    BOOST_REQUIRE(write_text(reference / "store" / step / "metrics.json", *metrics).has_value());
    BOOST_REQUIRE(write_text(sweep.out / "store" / "more.txt", "").has_value());
    BOOST_TEST(differing_results(reference, sweep.out) == (step / "metrics.json").string() + "\nmore.txt");
}

BOOST_AUTO_TEST_CASE(an_interrupted_sweep_leaves_no_job_in_the_queue_and_goes_on) {
    MACAW_NEEDS_SLURM();
    testing::SlurmNode node;
    Sweep sweep(400);
    const fs::path reference = sweep.reference();
    // Once as the keyboard does it, for all processes of the terminal, and once for macaw alone.
    for (int everyone : {1, 0}) {
        pid_t child = sweep.start(kOnSlurm);
        wait_until(child, [&] { return runs_a(node, "perplexity-datapath"); });
        ::kill(everyone == 1 ? -child : child, SIGINT);
        BOOST_TEST(exit_code_of(child) == 130);
        BOOST_TEST(node.becomes_empty());
        BOOST_TEST(!fs::exists(sweep.out / "s/sweep.json"));
    }
    ProcessResult result = sweep.run(kOnSlurm);
    BOOST_TEST(result.exit_code == 4, result.output);
    BOOST_TEST(differing_results(reference, sweep.out) == "");
}

BOOST_AUTO_TEST_CASE(a_job_that_slurm_ends_is_a_point_that_failed_with_slurms_reason) {
    MACAW_NEEDS_SLURM();
    testing::SlurmNode node;
    Sweep sweep(400);
    pid_t child = sweep.start(kOnSlurm);
    wait_until(child, [&] { return runs_a(node, "perplexity-datapath"); });
    std::string cancelled;
    for (const std::string& name : node.jobs("RUNNING"))
        if (name.starts_with("macaw-perplexity-datapath")) cancelled = name;
    BOOST_REQUIRE(run_process({"scancel", "--name=" + cancelled}).has_value());
    BOOST_TEST(exit_code_of(child) == 4);
    int with_perplexity = 0, with_reason = 0;
    for (std::size_t point : {0U, 1U, 2U}) {
        Json row = sweep.row(point);
        with_perplexity += row.contains("perplexity") ? 1 : 0;
        with_reason += row.value("failure", "").find("CANCELLED") != std::string::npos ? 1 : 0;
    }
    BOOST_TEST(with_perplexity == 2);
    BOOST_TEST(with_reason == 1);
}

BOOST_AUTO_TEST_CASE(a_partition_that_the_cluster_does_not_have_is_bad_input) {
    MACAW_NEEDS_SLURM();
    testing::SlurmNode node;
    Sweep sweep(2);
    ProcessResult result = sweep.run({"--slurm", "--partition", "none"});
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(result.output.find("invalid partition specified: none") != std::string::npos, result.output);
    BOOST_TEST(sweep.run({"--slurm", "--cpus", "4096"}).exit_code == 2);
    BOOST_TEST(!fs::exists(sweep.out / "store"));
}

BOOST_AUTO_TEST_SUITE_END()
