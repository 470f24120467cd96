// Runs an external program without a shell and keeps what it prints. Used for Verilator, Yosys, OpenSTA,
// gnuplot.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "golden/support/error.hpp"

namespace macaw {

struct ProcessResult {
    int exit_code = 0;   // 128 + signal where a signal ended it
    std::string output;  // stdout and stderr in the order of writing
    bool timed_out = false;
};

struct ProcessOptions {
    std::filesystem::path working_folder;  // empty: ours
    std::string standard_input;            // given to the program, then closed
    // Ends the program and all that it started; so does an interrupt, which is then the error.
    std::optional<std::chrono::milliseconds> time_limit = {};
};

// An absolute path, or none when the program is not on PATH.
std::optional<std::filesystem::path> find_program(const std::string& name);

// MissingTool, with the package that brings it as a hint, where the program is not on PATH.
Expected<void> check_program(const std::string& program);

// Errors: MissingTool when `command[0]` cannot be found; Interrupted where it or we were told to stop by
// SIGINT or SIGTERM, before it was started or while it ran, whatever it said then: its word is no verdict. It
// gets SIGTERM where the signal was meant for us alone (not what it started itself, which may work on for a
// while). A program that fails is a result, not an error.
Expected<ProcessResult> run_process(const std::vector<std::string>& command,
                                    const ProcessOptions& options = {});

// As run_process, but a non-zero exit is an error too: ToolFailed with the last lines of the output.
Expected<std::string> run_tool(const std::vector<std::string>& command, const ProcessOptions& options = {});

// Runs a program on our own terminal (its output is not kept) with additional environment variables, and
// waits; Interrupted where the user wanted to stop before. An interrupt from the keyboard reaches it too; one
// that was meant for us alone is passed on as SIGTERM: Ninja then ends after its current step where that step
// has the console pool (steps one by one on this machine); a signal to the whole process group (Ctrl-C) ends
// all at once. The result is its exit code, 128 + signal where a signal ended it.
Expected<int> run_in_foreground(const std::vector<std::string>& command,
                                const std::vector<std::pair<std::string, std::string>>& environment = {});

// The tool table: which Debian package brings a program, and what macaw cannot do without it (macaw doctor).
struct Tool {
    std::string program;
    std::string package;
    std::string needed_for;
    std::vector<std::string> version_command;
    bool optional = false;  // one machine does without it: macaw doctor names it and does not miss it
};
const std::vector<Tool>& known_tools();

// First line of the tool's version output.
Expected<std::string> tool_version(const Tool& tool);

}  // namespace macaw
