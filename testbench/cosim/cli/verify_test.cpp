// macaw verify --must-pass: a sign-off that fails never looks like a finished step.
#include <boost/test/unit_test.hpp>

#include "golden/support/file.hpp"
#include "golden/support/process.hpp"
#include "testbench/support/files.hpp"

namespace {

using namespace macaw;
namespace fs = std::filesystem;

bool have_simulators() {
    for (const char* program : {"verilator", "iverilog"})
        if (!find_program(program)) {
            BOOST_TEST_MESSAGE("skipped: " << program << " is not installed");
            return false;
        }
    return true;
}

// With another vvp in front of the real one, where `path` is not empty.
ProcessResult verify(const fs::path& output, const std::string& path = {}) {
    const std::string config = (testing::source_folder() / "configs/signoff/w4a8_wrap.yaml").string();
    std::vector<std::string> command = {MACAW_PROGRAM, "verify", config,         "--no-netlist",
                                        "--must-pass", "-o",     output.string()};
    if (!path.empty()) command.insert(command.begin(), {"env", "PATH=" + path + ":" + std::getenv("PATH")});
    auto result = run_process(command);
    BOOST_REQUIRE(result.has_value());
    return *result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(verify_must_pass)

BOOST_AUTO_TEST_CASE(an_array_that_passes_is_a_finished_step) {
    if (!have_simulators()) return;
    testing::ScratchFolder scratch;
    const ProcessResult result = verify(scratch.path() / "good");
    BOOST_TEST(result.exit_code == 0, result.output);
    BOOST_TEST(fs::exists(scratch.path() / "good/signoff.csv"));
    BOOST_TEST(!fs::exists(scratch.path() / "good.failed"));
}

// Icarus answers with another last digit of every output.
BOOST_AUTO_TEST_CASE(one_simulator_that_differs_leaves_its_evidence_and_no_step) {
    if (!have_simulators()) return;
    testing::ScratchFolder scratch;
    fs::create_directory(scratch.path() / "bin");
    const fs::path vvp = scratch.path() / "bin/vvp";
    BOOST_REQUIRE(write_text(vvp, "#!/bin/sh\n" + find_program("vvp")->string() +
                                      " \"$@\" || exit\n[ -f ports.txt ] || exit 0\n"
                                      "awk '{n = length($2); c = substr($2, n); $2 = substr($2, 1, n - 1) "
                                      "(c == \"0\" ? \"1\" : \"0\"); print}' ports.txt > changed.txt\n"
                                      "mv changed.txt ports.txt\n")
                      .has_value());
    fs::permissions(vvp, fs::perms::owner_all);
    const ProcessResult result = verify(scratch.path() / "bad", (scratch.path() / "bin").string());
    BOOST_TEST(result.exit_code == 1, result.output);
    BOOST_TEST(result.output.find("Icarus") != std::string::npos, result.output);
    BOOST_TEST(!fs::exists(scratch.path() / "bad"));
    BOOST_TEST(fs::exists(scratch.path() / "bad.failed/signoff.md"));
}

BOOST_AUTO_TEST_SUITE_END()
