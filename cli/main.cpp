// The program macaw. Exit codes: 0 done; 1 a check failed; 2 bad input or usage; 3 a tool is missing; 4 a
// tool failed; 5 the machine refused; 70 a defect of macaw; 130 interrupted.
#include <cstdio>
#include <exception>

#include <signal.h>

#include "cli/command_line.hpp"
#include "cli/step.hpp"
#include "golden/support/progress.hpp"

namespace {

constexpr int kDefect = 70;

}  // namespace

int main(int count, char** arguments) {
    macaw::catch_interrupts();
    ::signal(SIGCHLD, SIG_DFL);  // inherited as ignored, the end of a program is not told
    macaw::cli::remember_command_line(count, arguments);
    try {
        return macaw::cli::run_command_line(count, arguments);
    } catch (const std::exception& defect) {
        std::fprintf(stderr,
                     "error: %s\nhint: this is a defect of macaw; please report the command and this line\n",
                     defect.what());
        return kDefect;
    }
}
