// macaw launch: runs one step of a graph through a launcher (srun) and answers for it on this side. A
// launcher knows of reasons that the step cannot write down itself (no such partition, time limit, node
// lost), and a step that was done on a node is done here only when its folder can be seen. Written into
// graphs, not meant for people.
#include <algorithm>
#include <array>
#include <sstream>
#include <thread>

#include "cli/commands/commands.hpp"
#include "cli/graph/step_failure.hpp"
#include "golden/support/file.hpp"
#include "golden/support/process.hpp"
#include "golden/support/progress.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

bool is_not_empty(const std::string& line) {
    return !line.empty();
}

// Slurm's words for what it did to a step.
bool names_an_end_by_slurm(const std::string& line) {
    constexpr std::array kWords = {"TIME LIMIT", "CANCELLED", "oom_kill", "oom-kill", "Out Of Memory"};
    return std::ranges::any_of(kWords,
                               [&](const char* word) { return line.find(word) != std::string::npos; });
}

// The end of the messages: the last word of the step, of the node and of the launcher. In one line, since
// tables show a reason's first.
std::string last_words(const fs::path& file, bool (*counts)(const std::string&)) {
    constexpr std::size_t kLines = 4;
    std::vector<std::string> lines;
    std::istringstream text(read_text(file).value_or(""));
    for (std::string line; std::getline(text, line);)
        if (counts(line)) lines.push_back(line);
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(std::min(lines.size(), kLines)));
    return fmt::format("{}", fmt::join(lines, "; "));
}

// A network file system shows a new folder late: it remembers for up to a minute that there was none.
bool becomes_visible(const fs::path& folder, std::chrono::seconds patience) {
    auto end = std::chrono::steady_clock::now() + patience;
    while (!fs::exists(folder)) {
        if (std::chrono::steady_clock::now() >= end || interrupted()) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        std::error_code ignored;
        fs::directory_iterator looks_again(folder.parent_path(), ignored);  // asks the server
    }
    return true;
}

// Slurm may have been why: its memory limit ends the programs of a step and leaves the step to tell of them.
Expected<void> add_words_of_slurm(StepFailure own, const LaunchArguments& arguments) {
    const std::string words = last_words(arguments.messages, names_an_end_by_slurm);
    if (words.empty()) return {};
    own.message.insert(std::min(own.message.find('\n'), own.message.size()),
                       fmt::format(" [{}: {}]", arguments.command.front(), words));
    return write_failure(arguments.failure, own);
}

Expected<void> judge(int exit_code, const LaunchArguments& arguments) {
    const fs::path folder = arguments.output;
    const std::string step = folder.filename().string();
    if (exit_code == 0) {
        if (becomes_visible(folder, std::chrono::seconds(arguments.patience))) return {};
        MACAW_CHECK(stop_if_interrupted());
        return fail(Error{ErrorKind::System,
                          "the step ended well on a node, but its folder does not appear here",
                          "nodes and this machine must share the file system of the output folder; choose "
                          "such a folder with -o",
                          {folder.string()}});
    }
    return fail(Error{ErrorKind::ToolFailed,
                      fmt::format("{} ended step {} with exit code {}: {}", arguments.command.front(), step,
                                  exit_code, last_words(arguments.messages, is_not_empty)),
                      {},
                      {}});
}

Expected<void> launch(const LaunchArguments& arguments) {
    MACAW_TRY(int exit_code, run_in_foreground(arguments.command, {{kFailureFile, arguments.failure}}));
    MACAW_CHECK(stop_if_interrupted());
    if (exit_code != 0) {
        std::error_code problem;  // a folder that exists is finished, whatever became of the job then
        if (fs::exists(arguments.output, problem)) return {};
        // Nobody interrupted us: that the step was, is Slurm's doing, and the messages say why.
        auto own = read_failure(arguments.failure);
        if (own && own->exit_code != static_cast<int>(ErrorKind::Interrupted)) {
            MACAW_CHECK(add_words_of_slurm(*own, arguments));
            return fail(ErrorKind::ToolFailed, "the step failed with exit code {}", exit_code);
        }
    }
    if (auto judged = judge(exit_code, arguments); !judged) {
        const Error& error = judged.error();
        MACAW_CHECK(write_failure(arguments.failure, {static_cast<int>(error.kind), to_text(error)}));
        return judged;
    }
    return {};
}

}  // namespace

Outcome run_command(const LaunchArguments& arguments) {
    return as_outcome(launch(arguments));
}

}  // namespace macaw::cli
