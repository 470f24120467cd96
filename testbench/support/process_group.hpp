// A program in a process group of its own, as a terminal starts it, so that a test can interrupt or kill all
// of it. It is told to stop when the test program itself is killed.
#pragma once

#include <csignal>
#include <string>
#include <vector>

#include <sys/prctl.h>
#include <sys/types.h>
#include <unistd.h>

namespace macaw::testing {

// The group's number is the child's. command[0] is a path.
inline pid_t start_in_group(const std::vector<std::string>& command) {
    pid_t child = ::fork();
    if (child == 0) {
        ::setpgid(0, 0);
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        std::vector<char*> arguments;
        for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::setpgid(child, child);
    return child;
}

}  // namespace macaw::testing
