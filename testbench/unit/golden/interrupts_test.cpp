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
template <typename Result>
Answer answer(const Expected<Result>& result, int (*exit_code_of)(const Result&)) {
    if (!result) return result.error().kind == ErrorKind::Interrupted ? kStopped : kSomethingElse;
    if (exit_code_of(*result) == 0) return kRanToItsEnd;
    return exit_code_of(*result) == 128 + SIGTERM ? kStopped : kSomethingElse;
}

Answer run_piped(const std::vector<std::string>& command) {
    return answer<ProcessResult>(run_process(command),
                                 [](const ProcessResult& result) { return result.exit_code; });
}

Answer run_on_terminal(const std::vector<std::string>& command) {
    return answer<int>(run_in_foreground(command), [](const int& exit_code) { return exit_code; });
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
        while (!fs::exists(mark)) std::this_thread::sleep_for(std::chrono::milliseconds(5));
        ::kill(child, SIGTERM);
        BOOST_TEST(answer_of(child) == kStopped);
    }
}

// Above all between fork and exec, where a child has our handler.
BOOST_AUTO_TEST_CASE(a_signal_at_any_moment_of_the_start_stops_the_program) {
    testing::check_property("stopped", [](bool piped, bool whole_group) {
        const auto delay = std::chrono::microseconds(*rc::gen::inRange(0, 4000));
        const Runner run = piped ? run_piped : run_on_terminal;
        pid_t child = start_process([&] { return run({"sleep", "20"}); });
        std::this_thread::sleep_for(delay);
        ::kill(whole_group ? -child : child, SIGTERM);
        RC_ASSERT(answer_of(child) == kStopped);
    });
}

BOOST_AUTO_TEST_SUITE_END()
