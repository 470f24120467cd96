#include "cli/graph/slurm.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "golden/support/process.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

std::vector<std::string> resources(const SlurmOptions& options) {
    // --exact: steps of one allocation share its nodes instead of waiting for each other.
    std::vector<std::string> words = {"--nodes=1", "--ntasks=1", "--exact",
                                      fmt::format("--cpus-per-task={}", options.cpus)};
    auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) words.push_back(fmt::format("--{}={}", name, value));
    };
    add("partition", options.partition);
    add("account", options.account);
    add("time", options.time_limit);
    add("mem", options.memory);
    return words;
}

// Without the newline at the end.
std::string trimmed(const std::string& text) {
    return text.substr(0, text.find_last_not_of(" \n") + 1);
}

}  // namespace

std::vector<std::string> srun_command(const SlurmOptions& options, const fs::path& folder) {
    std::vector<std::string> command = {"srun", "--job-name=macaw-" + folder.filename().string(),
                                        "--comment=" + folder.string()};
    std::vector<std::string> wanted = resources(options);
    command.insert(command.end(), wanted.begin(), wanted.end());
    // --quit-on-interrupt: the first SIGINT ends the job, not the second within a second. --export: the
    // environment goes along, whatever the user's settings for batch scripts are.
    command.insert(command.end(), {"--input=none", "--quit-on-interrupt", "--export=ALL"});
    return command;
}

Expected<void> check_slurm(const SlurmOptions& options) {
    MACAW_CHECK(check_program("srun"));
    if (std::getenv("SLURM_JOB_ID") != nullptr) return {};  // the allocation stands: nothing to ask for
    std::vector<std::string> command = {"srun", "--test-only"};
    std::vector<std::string> wanted = resources(options);
    command.insert(command.end(), wanted.begin(), wanted.end());
    command.push_back("true");
    MACAW_TRY(ProcessResult result, run_process(command));
    if (result.exit_code == 0) return {};
    return fail(Error{ErrorKind::BadInput,
                      "Slurm refuses such steps:\n" + trimmed(result.output),
                      "--partition, --account, --time, --memory and --cpus say what a step asks for; sinfo "
                      "says what the cluster has",
                      {}});
}

Expected<void> check_no_leftover_job(const std::vector<fs::path>& folders) {
    const std::vector<std::string> question = {"squeue", "--noheader", "--states=PENDING,RUNNING,SUSPENDED",
                                               "--format=%i %k"};  // number and comment
    MACAW_TRY(std::string jobs, run_tool(question));
    std::istringstream lines(jobs);
    for (std::string line; std::getline(lines, line);) {
        std::size_t space = line.find(' ');
        if (space == std::string::npos) continue;
        const fs::path folder = trimmed(line.substr(space + 1));
        if (std::ranges::find(folders, folder) == folders.end()) continue;
        const std::string job = line.substr(0, space);
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("job {} of an earlier run still works on this folder", job),
                          fmt::format("wait until it ends, or stop it with scancel {}", job),
                          {folder.string()}});
    }
    return {};
}

}  // namespace macaw::cli
