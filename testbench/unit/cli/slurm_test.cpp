// A graph for a cluster, without one: the lines that Ninja gets, what launching a step answers for, and the
// messages where Slurm is missing or refuses. The real thing is testbench/slow/cli/slurm_test.cpp.
#include "cli/graph/slurm.hpp"

#include "cli/graph/step_failure.hpp"
#include "cli/graph/step_graph.hpp"
#include "golden/support/file.hpp"
#include "golden/support/process.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

using namespace macaw;
namespace fs = std::filesystem;

namespace {

ProcessResult run_words(const std::vector<std::string>& words) {
    auto result = run_process(words);
    BOOST_REQUIRE(result.has_value());
    return *result;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// A folder with programs of our own in front of PATH, and a configuration that runs until its first step.
struct Cluster {
    testing::ScratchFolder scratch;
    fs::path folder = scratch.path();
    Cluster() {
        fs::create_directory(folder / "bin");
        write("text.txt", "In the beginning God created the heaven and the earth. ");
        write("base.yaml", "name: base\nmodel: " + testing::embedded_model().string() +
                               "\ncalibration: {text: text.txt}\nevaluation: {text: text.txt}\n"
                               "datapath: {weight_bits: 4, activation_bits: 8, tile: 64, inner_bits: 15, "
                               "outer_bits: 24}\narray: {rows: 2, columns: 2, lanes: 16}\n");
        write("sweep.yaml",
              "name: s\nbase: base.yaml\nsteps: quality\naxes:\n  - datapath.inner_bits: [15]\n");
    }
    void write(const std::string& name, const std::string& text) const {
        BOOST_REQUIRE(write_text(folder / name, text).has_value());
    }
    void program(const std::string& name, const std::string& script) const {
        write("bin/" + name, "#!/bin/sh\n" + script + "\n");
        fs::permissions(folder / "bin" / name, fs::perms::owner_all);
    }
    ProcessResult macaw(const std::string& subcommand, std::vector<std::string> options) const {
        std::vector<std::string> words = {
            "env",
            "-u",
            "SLURM_JOB_ID",
            "PATH=" + (folder / "bin").string() + ":" + std::getenv("PATH"),
            MACAW_PROGRAM,
            subcommand,
            (folder / (subcommand == "run" ? "base.yaml" : "sweep.yaml")).string(),
            "--output",
            (folder / "out").string()};
        words.insert(words.end(), options.begin(), options.end());
        return run_words(words);
    }
    // macaw launch of a shell script as the launcher, its messages in a file as in a graph.
    ProcessResult launch(const std::string& script) const {
        return run_words({"sh", "-c", "exec \"$@\" >" + (folder / "messages.txt").string() + " 2>&1", "sh",
                          MACAW_PROGRAM, "launch", "--output", (folder / "step-1").string(), "--failure",
                          (folder / "failure.json").string(), "--messages",
                          (folder / "messages.txt").string(), "--patience", "0", "--", "sh", "-c",
                          "cd " + folder.string() + "; " + script});
    }
    cli::StepFailure failure() const {
        auto failure = cli::read_failure(folder / "failure.json");
        BOOST_REQUIRE(failure.has_value());
        return *failure;
    }
};

// The step that a graph of one has, as Ninja reads it.
std::string line_of_step(const cli::Execution& execution) {
    cli::StepGraph graph("/shared/store", execution);
    auto folder = graph.add({"bound", "bound", {}, {}, {}, {}, {"bound", "it's"}});
    BOOST_REQUIRE(folder.has_value());
    std::string text = graph.ninja_file("/cluster/out");
    std::size_t begin = text.find("  run =");
    std::string line = text.substr(begin, text.find('\n', begin) - begin);
    // Hash and program differ from build to build.
    for (const auto& [part, word] : {std::pair<std::string, std::string>{folder->filename(), "bound-HASH"},
                                     {fs::read_symlink("/proc/self/exe"), "MACAW"}})
        for (std::size_t at = line.find(part); at != std::string::npos; at = line.find(part))
            line.replace(at, part.size(), word);
    return line;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(slurm)

BOOST_AUTO_TEST_CASE(a_step_of_a_cluster_is_the_step_of_one_machine_inside_srun) {
    const std::string step = "'MACAW' 'bound' 'it'\\''s' '--output' '/shared/store/bound-HASH'";
    const std::string messages = " >'/cluster/out/messages/bound-HASH.txt' 2>&1";
    BOOST_TEST(line_of_step({.in_order = false, .jobs = 2}) ==
               "  run = MACAW_FAILURE_FILE='/cluster/out/failures/bound-HASH.json' " + step + messages);
    cli::SlurmOptions options{"large", "chip", "2:00:00", "8G", 16};
    BOOST_TEST(line_of_step({.in_order = false, .jobs = 2, .slurm = options}) ==
               "  run = 'MACAW' 'launch' '--output' '/shared/store/bound-HASH'"
               " '--failure' '/cluster/out/failures/bound-HASH.json'"
               " '--messages' '/cluster/out/messages/bound-HASH.txt' '--'"
               " 'srun' '--job-name=macaw-bound-HASH' '--comment=/shared/store/bound-HASH'"
               " '--nodes=1' '--ntasks=1' '--exact' '--cpus-per-task=16' '--partition=large'"
               " '--account=chip' '--time=2:00:00' '--mem=8G'"
               " '--input=none' '--quit-on-interrupt' '--export=ALL' " +
                   step + messages);
}

BOOST_AUTO_TEST_CASE(what_is_left_to_the_cluster_is_not_asked_for) {
    for (const std::string& word : cli::srun_command({}, "/shared/store/bound-1"))
        for (const char* name : {"--partition", "--account", "--time", "--mem"})
            BOOST_TEST(!word.starts_with(name), word);
}

BOOST_AUTO_TEST_CASE(options_of_a_cluster_need_slurm_and_sensible_values) {
    Cluster cluster;
    for (const char* subcommand : {"run", "sweep"}) {
        ProcessResult result = cluster.macaw(subcommand, {"--partition", "large"});
        BOOST_TEST(result.exit_code == 2);
        BOOST_TEST(contains(result.output, "--partition requires --slurm"), result.output);
        BOOST_TEST(cluster.macaw(subcommand, {"--slurm", "--cpus", "0"}).exit_code == 2);
        BOOST_TEST(cluster.macaw(subcommand, {"--slurm", "--jobs", "0"}).exit_code == 2);
    }
    BOOST_TEST(!fs::exists(cluster.folder / "out"));
}

BOOST_AUTO_TEST_CASE(without_srun_nothing_is_run_and_the_package_is_named) {
    Cluster cluster;
    for (const char* tool : {"gnuplot", "yosys", "ninja", "sh"})
        if (auto path = find_program(tool)) fs::create_symlink(*path, cluster.folder / "bin" / tool);
    for (const char* subcommand : {"run", "sweep"}) {
        ProcessResult result = run_words(
            {"env", "PATH=" + (cluster.folder / "bin").string(), MACAW_PROGRAM, subcommand,
             (cluster.folder / (std::string(subcommand) == "run" ? "base.yaml" : "sweep.yaml")).string(),
             "--output", (cluster.folder / "out").string(), "--slurm"});
        BOOST_TEST(result.exit_code == 3);
        BOOST_TEST(
            contains(result.output, "program \"srun\" was not found\nhint: apt-get install slurm-client"),
            result.output);
    }
    BOOST_TEST(!fs::exists(cluster.folder / "out"));
}

BOOST_AUTO_TEST_CASE(doctor_names_slurm_and_does_not_miss_it) {
    ProcessResult result = run_words({"env", "PATH=/nonexistent", MACAW_PROGRAM, "doctor"});
    BOOST_TEST(contains(result.output, "optional srun "), result.output);
    BOOST_TEST(contains(result.output, "; package slurm-client"), result.output);
    BOOST_TEST(contains(result.output, "iverilog bible-kjv\n"), result.output);  // the hint ends there
}

BOOST_AUTO_TEST_CASE(a_job_that_the_cluster_would_never_start_is_refused_in_its_words) {
    Cluster cluster;
    cluster.program("srun", "echo \"$@\"; echo allocation failure: no; exit 1");
    ProcessResult result = cluster.macaw("sweep", {"--slurm", "--partition", "large", "--cpus", "16"});
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(contains(result.output,
                        "error: Slurm refuses such steps:\n--test-only --nodes=1 --ntasks=1 --exact "
                        "--cpus-per-task=16 --partition=large true\nallocation failure: no\nhint: "),
               result.output);
    BOOST_TEST(!fs::exists(cluster.folder / "out/store"));
}

BOOST_AUTO_TEST_CASE(a_job_left_of_an_earlier_run_keeps_a_second_one_out_of_its_folder) {
    Cluster cluster;
    // The queue holds one job, of the folder that a file names.
    cluster.program("squeue",
                    "echo \"1 (null)\"; echo \"17 $(cat " + (cluster.folder / "leftover").string() + ")\"");
    cluster.write("leftover", "/elsewhere/store/bound-1");
    const std::string path = std::getenv("PATH");
    ::setenv("PATH", ((cluster.folder / "bin").string() + ":" + path).c_str(), 1);
    auto free = cli::check_no_leftover_job({"/shared/store/bound-1"});
    auto held = cli::check_no_leftover_job({"/shared/store/bound-1", "/elsewhere/store/bound-1"});
    ::setenv("PATH", path.c_str(), 1);
    BOOST_TEST(free.has_value());
    BOOST_REQUIRE(!held.has_value());
    BOOST_TEST(to_text(held.error()) ==
               "/elsewhere/store/bound-1: error: job 17 of an earlier run still works on this folder\n"
               "hint: wait until it ends, or stop it with scancel 17");
}

BOOST_AUTO_TEST_CASE(a_launched_step_that_makes_its_folder_is_done) {
    Cluster cluster;
    BOOST_TEST(cluster.launch("mkdir step-1").exit_code == 0);
    BOOST_TEST(!fs::exists(cluster.folder / "failure.json"));
}

BOOST_AUTO_TEST_CASE(a_step_whose_folder_is_there_is_done_whatever_its_launcher_answers) {
    Cluster cluster;
    ProcessResult result = cluster.launch("mkdir step-1; exit 1");
    BOOST_TEST(result.exit_code == 0);
    BOOST_TEST(!fs::exists(cluster.folder / "failure.json"));
}

BOOST_AUTO_TEST_CASE(a_step_that_is_done_where_nobody_here_sees_its_folder_is_an_error_with_a_hint) {
    Cluster cluster;
    BOOST_TEST(cluster.launch("true").exit_code == 5);
    BOOST_TEST(cluster.failure().exit_code == 5);
    BOOST_TEST(contains(cluster.failure().message,
                        "its folder does not appear here\nhint: nodes and this "
                        "machine must share the file system"));
}

BOOST_AUTO_TEST_CASE(a_steps_own_reason_is_kept) {
    Cluster cluster;
    BOOST_TEST(cluster.launch("echo '{\"exit_code\": 2, \"message\": \"own\"}' >$MACAW_FAILURE_FILE; exit 2")
                   .exit_code != 0);
    BOOST_TEST(cluster.failure().exit_code == 2);
    BOOST_TEST(cluster.failure().message == "own");
}

BOOST_AUTO_TEST_CASE(what_slurm_did_stands_beside_a_steps_own_reason) {
    Cluster cluster;
    for (const char* words : {"error: *** STEP 3.0 ON node CANCELLED AT noon DUE TO TIME LIMIT ***",
                              "srun: Force Terminated StepId=3.0: CANCELLED",
                              "error: Detected 1 oom_kill event in StepId=3.0."}) {
        BOOST_TEST(cluster
                       .launch("printf %s '{\"exit_code\": 4, \"message\": \"yosys failed:\\nlog\"}' "
                               ">$MACAW_FAILURE_FILE; echo bloom; echo '" +
                               std::string(words) + "'; exit 4")
                       .exit_code == 4);
        BOOST_TEST(cluster.failure().exit_code == 4);
        BOOST_TEST(cluster.failure().message == "yosys failed: [sh: " + std::string(words) + "]\nlog");
    }
}

BOOST_AUTO_TEST_CASE(a_tool_that_was_told_to_end_was_interrupted_and_did_not_fail) {
    for (const auto& [script, kind] : {std::pair{"kill -TERM $$", ErrorKind::Interrupted},
                                       {"exit 130", ErrorKind::Interrupted},
                                       {"exit 143", ErrorKind::Interrupted},
                                       {"kill -KILL $$", ErrorKind::ToolFailed}}) {
        auto result = run_tool({"sh", "-c", script});
        BOOST_REQUIRE(!result.has_value());
        BOOST_TEST((result.error().kind == kind), script);
    }
}

BOOST_AUTO_TEST_CASE(the_launchers_last_words_are_the_reason_where_the_step_has_none_or_was_interrupted) {
    Cluster cluster;
    for (const char* own : {"", "echo '{\"exit_code\": 130, \"message\": \"own\"}' >$MACAW_FAILURE_FILE; "}) {
        fs::remove(cluster.folder / "failure.json");
        BOOST_TEST(cluster.launch(std::string(own) + "echo Unable; echo DUE TO TIME LIMIT >&2; exit 130")
                       .exit_code == 4);
        BOOST_TEST(cluster.failure().exit_code == 4);
        BOOST_TEST(contains(cluster.failure().message,
                            "sh ended step step-1 with exit code 130: Unable; DUE TO TIME LIMIT"),
                   cluster.failure().message);
    }
}

BOOST_AUTO_TEST_SUITE_END()
