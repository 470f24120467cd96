// macaw prove --equivalence: all claims proven, or no step; a solver that does not answer is no proof.
#include <boost/test/unit_test.hpp>

#include "golden/support/file.hpp"
#include "golden/support/process.hpp"
#include "testbench/support/files.hpp"

namespace {

using namespace macaw;
namespace fs = std::filesystem;

bool have_provers() {
    for (const char* program : {"yosys", "z3"})
        if (!find_program(program)) {
            BOOST_TEST_MESSAGE("skipped: " << program << " is not installed");
            return false;
        }
    return true;
}

// With another solver in front of the real one, where `path` is not empty.
ProcessResult prove(const fs::path& output, const std::string& path = {}) {
    const std::string config = (testing::source_folder() / "configs/signoff/tiny.yaml").string();
    std::vector<std::string> command = {
        MACAW_PROGRAM, "prove",        config, "--equivalence", "--time-limit", path.empty() ? "60" : "6",
        "-o",          output.string()};
    if (!path.empty()) command.insert(command.begin(), {"env", "PATH=" + path + ":" + std::getenv("PATH")});
    auto result = run_process(command);
    BOOST_REQUIRE(result.has_value());
    return *result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(equivalence)

BOOST_AUTO_TEST_CASE(equal_forms_are_a_finished_step) {
    if (!have_provers()) return;
    testing::ScratchFolder scratch;
    const ProcessResult result = prove(scratch.path() / "equal");
    BOOST_TEST(result.exit_code == 0, result.output);
    BOOST_TEST(fs::exists(scratch.path() / "equal/signoff.csv"));
    BOOST_TEST(!fs::exists(scratch.path() / "equal.failed"));
    // A sign-off of the same run has the figures verify__*.
    const auto metrics = read_json(scratch.path() / "equal/metrics.json");
    BOOST_REQUIRE(metrics.has_value());
    BOOST_TEST(metrics->contains("prove__checks__passed__count"));
    for (const auto& [key, value] : metrics->items()) BOOST_TEST(!key.starts_with("verify__"), key);
}

BOOST_AUTO_TEST_CASE(a_solver_that_does_not_answer_leaves_its_logs_and_no_step) {
    if (!have_provers()) return;
    testing::ScratchFolder scratch;
    fs::create_directory(scratch.path() / "bin");
    const fs::path solver = scratch.path() / "bin/z3";
    BOOST_REQUIRE(write_text(solver,
                             "#!/bin/sh\n[ \"$1\" = --version ] && exec echo Z3 version 4.8.12\n"
                             "exec sleep 100\n")
                      .has_value());
    fs::permissions(solver, fs::perms::owner_all);
    const ProcessResult result = prove(scratch.path() / "open", (scratch.path() / "bin").string());
    BOOST_TEST(result.exit_code == 1, result.output);
    BOOST_TEST(result.output.find("did not pass") != std::string::npos);
    BOOST_TEST(!fs::exists(scratch.path() / "open"));
    BOOST_TEST(fs::exists(scratch.path() / "open.failed/signoff.md"));
    BOOST_TEST(fs::exists(scratch.path() / "open.failed/proofs"));
}

BOOST_AUTO_TEST_SUITE_END()
