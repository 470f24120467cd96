// A wish to stop reaches the programs that we run, whenever it comes and whoever else gets the signal.
#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "golden/support/process.hpp"
#include "golden/support/progress.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

using namespace macaw;
namespace fs = std::filesystem;

namespace {

enum Answer { kStopped = 0, kRanToItsEnd = 1, kSomethingElse = 2 };

// What became of one program; it would end well by itself.
Answer run_piped(const std::vector<std::string>& command) {
    auto result = run_process(command);
    if (result) return result->exit_code == 0 ? kRanToItsEnd : kSomethingElse;
    return result.error().kind == ErrorKind::Interrupted ? kStopped : kSomethingElse;
}

Answer run_on_terminal(const std::vector<std::string>& command) {
    auto exit_code = run_in_foreground(command);
    if (!exit_code) return exit_code.error().kind == ErrorKind::Interrupted ? kStopped : kSomethingElse;
    if (*exit_code == 0) return kRanToItsEnd;
    return *exit_code == 128 + SIGTERM ? kStopped : kSomethingElse;
}

using Runner = Answer (*)(const std::vector<std::string>&);

// A process as macaw is one, in a group of its own; ends with the answer of `work`.
pid_t start_process(const std::function<Answer()>& work) {
    pid_t child = ::fork();
    if (child == 0) {
        ::setpgid(0, 0);
        catch_interrupts();
        ::_exit(work());
    }
    ::setpgid(child, child);
    return child;
}

// Until the file is there; the process must not have ended.
void wait_for(const fs::path& file, pid_t process) {
    while (!fs::exists(file)) {
        siginfo_t ended{};
        ::waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOHANG | WNOWAIT);
        BOOST_REQUIRE(ended.si_pid == 0);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

// kStopped too where it was stopped before it could catch a signal.
Answer answer_of(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGTERM ? kStopped : kSomethingElse;
    return static_cast<Answer>(WEXITSTATUS(status));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(interrupts)

BOOST_AUTO_TEST_CASE(no_program_is_started_once_the_user_wants_to_stop) {
    testing::ScratchFolder folder;
    const std::string mark = (folder.path() / "started").string();
    for (Runner run : {run_piped, run_on_terminal})
        for (int number : {SIGINT, SIGTERM})
            BOOST_TEST(answer_of(start_process([&] {
                           ::raise(number);
                           return run({"touch", mark});
                       })) == kStopped);
    BOOST_TEST(!fs::exists(mark));
}

BOOST_AUTO_TEST_CASE(a_signal_for_us_alone_reaches_the_program) {
    for (Runner run : {run_piped, run_on_terminal}) {
        testing::ScratchFolder folder;
        const std::string mark = (folder.path() / "started").string();
        pid_t child = start_process([&] { return run({"sh", "-c", "touch '" + mark + "'; exec sleep 30"}); });
        wait_for(mark, child);
        ::kill(child, SIGTERM);
        BOOST_TEST(answer_of(child) == kStopped);
    }
}

// Icarus's vvp does so. Half an output is no output.
BOOST_AUTO_TEST_CASE(a_program_that_ends_well_when_it_is_told_to_stop_was_interrupted) {
    testing::ScratchFolder folder;
    const std::string mark = (folder.path() / "started").string();
    pid_t child = start_process([&] {
        return run_piped({"sh", "-c", "trap 'kill $!; exit 0' TERM; sleep 30 & touch '" + mark + "'; wait"});
    });
    wait_for(mark, child);
    ::kill(-child, SIGTERM);
    BOOST_TEST(answer_of(child) == kStopped);
}

// Above all between fork and exec, where the child is not yet the program.
BOOST_AUTO_TEST_CASE(a_signal_at_any_moment_of_the_start_stops_the_program) {
    testing::check_property("stopped", [](bool piped, bool whole_group) {
        const auto delay = std::chrono::microseconds(*rc::gen::inRange(0, 1 << *rc::gen::inRange(6, 15)));
        const Runner run = piped ? run_piped : run_on_terminal;
        pid_t child = start_process([&] { return run({"sleep", "20"}); });
        std::this_thread::sleep_for(delay);
        ::kill(whole_group ? -child : child, SIGTERM);
        RC_ASSERT(answer_of(child) == kStopped);
    });
}

BOOST_AUTO_TEST_SUITE_END()
