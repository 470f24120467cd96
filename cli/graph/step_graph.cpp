#include "cli/graph/step_graph.hpp"

#include <algorithm>

#include "cli/version.hpp"
#include "golden/support/folder_lock.hpp"
#include "golden/support/hash.hpp"
#include "golden/support/parallel.hpp"
#include "golden/support/process.hpp"
#include "golden/support/progress.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kHashDigits = 16;
constexpr const char* kSharedFolder = "shared";  // beside the store, which holds steps alone
// In a folder whose passing files were removed.
constexpr const char* kDiscardedMark = "discarded";

// In a path of a Ninja build line.
std::string ninja_path(const fs::path& path) {
    std::string text;
    for (char c : path.string())
        text += c == '$' || c == ' ' || c == ':' ? std::string("$") + c : std::string(1, c);
    return text;
}

// In a shell word inside a Ninja variable.
std::string ninja_word(const std::string& word) {
    std::string text = "'";
    for (char c : word) {
        if (c == '\'')
            text += "'\\''";
        else if (c == '$')
            text += "$$";
        else
            text += c;
    }
    return text + "'";
}

fs::path failure_file(const fs::path& work_folder, const fs::path& step_folder) {
    return work_folder / "failures" / (step_folder.filename().string() + ".json");
}

fs::path message_file(const fs::path& work_folder, const fs::path& step_folder) {
    return work_folder / "messages" / (step_folder.filename().string() + ".txt");
}

}  // namespace

Expected<std::string> StepGraph::hash_of_file(const fs::path& file) {
    if (auto known = file_hashes_.find(file); known != file_hashes_.end()) return known->second;
    MACAW_TRY(std::string digest, sha256_of_path(file));
    return file_hashes_[file] = digest;
}

Expected<std::string> StepGraph::version_of(const std::string& program) {
    if (auto known = tool_versions_.find(program); known != tool_versions_.end()) return known->second;
    for (const Tool& tool : known_tools()) {
        if (tool.program != program) continue;
        MACAW_TRY(std::string version, tool_version(tool));
        return tool_versions_[program] = version;
    }
    throw std::logic_error("StepGraph: a tool that is not in known_tools()");
}

Expected<fs::path> StepGraph::add(const Step& step) {
    Json identity = {{"macaw", std::string(step.model_only ? kModelVersion : kVersion)},
                     {"step", step.name},
                     {"parameters", step.parameters}};
    for (const fs::path& file : step.files) {
        MACAW_TRY(std::string digest, hash_of_file(file));
        identity["files"].push_back(digest);
    }
    std::vector<std::size_t> needed_nodes;
    for (const fs::path& needed : step.needs) {
        auto node = std::ranges::find(nodes_, needed, &Node::folder);
        require(node != nodes_.end(), "StepGraph: a step needs a folder that no step makes");
        identity["steps"].push_back(node->hash);
        needed_nodes.push_back(static_cast<std::size_t>(node - nodes_.begin()));
    }
    for (const std::string& program : step.tools) {
        MACAW_TRY(std::string version, version_of(program));
        identity["tools"].push_back(version);
    }
    std::string hash = sha256(identity.dump());
    fs::path folder = store_ / (step.name + "-" + hash.substr(0, kHashDigits));
    if (std::ranges::find(nodes_, folder, &Node::folder) != nodes_.end()) return folder;
    for (std::size_t needed : needed_nodes) nodes_[needed].users.push_back(nodes_.size());
    nodes_.push_back({step, hash, folder, {}});
    return folder;
}

// A finished folder whose passing files are gone is made again where a step that is not finished needs it.
void StepGraph::remove_spent_folders() {
    std::error_code ignored;
    for (std::size_t index = nodes_.size(); index-- > 0;) {
        const Node& node = nodes_[index];
        bool wanted = std::ranges::any_of(node.users,
                                          [&](std::size_t user) { return !fs::exists(nodes_[user].folder); });
        if (wanted && fs::exists(node.folder / kDiscardedMark)) fs::remove_all(node.folder, ignored);
    }
}

// The command of a step; on a cluster, inside srun inside macaw launch.
std::vector<std::string> StepGraph::step_words(const Node& node, const fs::path& work_folder) const {
    const std::string macaw = fs::read_symlink("/proc/self/exe").string();
    const std::string folder = node.folder.string();
    std::vector<std::string> words;
    if (execution_.slurm) {
        words = {macaw,        "launch",
                 "--output",   folder,
                 "--failure",  failure_file(work_folder, node.folder).string(),
                 "--messages", message_file(work_folder, node.folder).string(),
                 "--"};
        std::vector<std::string> srun = srun_command(*execution_.slurm, node.folder);
        words.insert(words.end(), srun.begin(), srun.end());
    }
    words.push_back(macaw);
    words.insert(words.end(), node.step.command.begin(), node.step.command.end());
    words.insert(words.end(), {"--output", folder});
    if (!node.step.shared_option.empty())
        words.insert(words.end(), {node.step.shared_option, (store_.parent_path() / kSharedFolder).string()});
    return words;
}

std::string StepGraph::build_line(const Node& node, const Node* previous, const fs::path& work_folder) const {
    std::string text = "build " + ninja_path(node.folder) + ": step ||";
    for (const fs::path& needed : node.step.needs) text += " " + ninja_path(needed);
    for (const fs::path& file : node.step.files) text += " " + ninja_path(file);
    if (execution_.in_order && previous != nullptr) text += " " + ninja_path(previous->folder);
    text += "\n  title = " + node.step.title + "\n  run =";
    if (!execution_.slurm)
        text +=
            fmt::format(" {}={}", kFailureFile, ninja_word(failure_file(work_folder, node.folder).string()));
    for (const std::string& word : step_words(node, work_folder)) text += " " + ninja_word(word);
    if (execution_.jobs > 0)
        text += " >" + ninja_word(message_file(work_folder, node.folder).string()) + " 2>&1";
    return text + "\n\n";
}

std::string StepGraph::discard_line(const Node& node) const {
    std::string text = "build " + ninja_path(node.folder / kDiscardedMark) + ": discard ||";
    text += " " + ninja_path(node.folder);
    for (std::size_t user : node.users) text += " " + ninja_path(nodes_[user].folder);
    text += "\n  run = rm -f";
    for (const std::string& file : node.step.passing) text += " " + ninja_word((node.folder / file).string());
    return text + " && touch " + ninja_word((node.folder / kDiscardedMark).string()) + "\n\n";
}

std::string StepGraph::ninja_file(const fs::path& work_folder) const {
    // generator = 1: a folder that exists is finished, whatever the log or a time stamp says; its name is its
    // identity. pool = console: a step's progress reaches the terminal, and the step uses all cores itself.
    std::string text = "ninja_required_version = 1.5\nbuilddir = " + ninja_path(work_folder) +
                       "\nrule step\n  command = $run\n  description = $title\n  generator = 1\n";
    if (execution_.jobs == 0) text += "  pool = console\n";
    text +=
        "rule discard\n  command = $run\n  description = remove files that have served\n  generator = 1\n\n";
    const Node* previous = nullptr;
    for (const Node& node : nodes_) {
        text += build_line(node, previous, work_folder);
        previous = &node;
        if (execution_.discard && !node.step.passing.empty()) text += discard_line(node);
    }
    return text;
}

Expected<void> StepGraph::prepare(const fs::path& work_folder) {
    std::error_code problem;
    for (const char* name : {"failures", "messages"}) {
        fs::remove_all(work_folder / name, problem);
        fs::create_directories(work_folder / name, problem);
    }
    fs::create_directories(store_, problem);
    remove_spent_folders();
    return write_text(work_folder / "build.ninja", ninja_file(work_folder));
}

Expected<void> StepGraph::run_ninja(const fs::path& work_folder, Outcome& outcome) const {
    MACAW_CHECK(check_program("ninja"));
    // What Ninja and the steps print goes to stderr: stdout is for the result of the whole.
    std::vector<std::string> command = {"sh",
                                        "-c",
                                        "exec \"$0\" \"$@\" >&2",
                                        "ninja",
                                        "-f",
                                        (work_folder / "build.ninja").string(),
                                        "-k",
                                        execution_.in_order ? "1" : "0"};
    std::vector<std::pair<std::string, std::string>> environment = {{"NINJA_STATUS", ""}};
    if (execution_.jobs > 0) {
        auto jobs = static_cast<std::size_t>(execution_.jobs);
        command.insert(command.end(), {"-j", std::to_string(jobs)});
        std::size_t threads = execution_.slurm ? static_cast<std::size_t>(execution_.slurm->cpus)
                                               : std::max<std::size_t>(1, thread_count() / jobs);
        environment = {{"NINJA_STATUS", "[%f/%t, %e s] "}, {"MACAW_THREADS", std::to_string(threads)}};
    }
    MACAW_TRY(outcome.exit_code, run_in_foreground(command, environment));
    if (outcome.exit_code != 0) outcome.exit_code = static_cast<int>(ErrorKind::ToolFailed);
    return {};
}

Expected<StepGraph::Outcome> StepGraph::run(const fs::path& work_folder) {
    MACAW_TRY([[maybe_unused]] FolderLock lock, FolderLock::acquire(store_, FolderLock::kPatience));
    MACAW_CHECK(stop_if_interrupted());  // planning may not have known all tools' versions
    MACAW_CHECK(prepare(work_folder));
    auto finished = [](const Node& node) { return fs::exists(node.folder); };
    std::vector<fs::path> missing;
    for (const Node& node : nodes_)
        if (!finished(node)) missing.push_back(node.folder);
    Outcome outcome;
    outcome.nothing_to_do = missing.empty();
    if (!outcome.nothing_to_do) {
        if (execution_.slurm) MACAW_CHECK(check_no_leftover_job(missing));
        MACAW_CHECK(run_ninja(work_folder, outcome));
    }
    outcome.complete = std::ranges::all_of(nodes_, finished);
    for (const Node& node : nodes_) {
        if (finished(node)) continue;
        auto failure = read_failure(failure_file(work_folder, node.folder));
        if (!failure) continue;
        if (outcome.failures.empty()) outcome.exit_code = failure->exit_code;
        outcome.failures[node.folder] = *failure;
    }
    return outcome;
}

}  // namespace macaw::cli
