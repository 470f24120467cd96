#include "cli/graph/step_graph.hpp"

#include <algorithm>
#include <cstdlib>

#include "cli/version.hpp"
#include "golden/support/hash.hpp"
#include "golden/support/process.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kHashDigits = 16;

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
    Json identity = {{"macaw", std::string(kVersion)}, {"step", step.name}, {"parameters", step.parameters}};
    for (const fs::path& file : step.files) {
        MACAW_TRY(std::string digest, hash_of_file(file));
        identity["files"].push_back(digest);
    }
    for (const fs::path& needed : step.needs) {
        auto node = std::ranges::find(nodes_, needed, &Node::folder);
        require(node != nodes_.end(), "StepGraph: a step needs a folder that no step makes");
        identity["steps"].push_back(node->hash);
    }
    for (const std::string& program : step.tools) {
        MACAW_TRY(std::string version, version_of(program));
        identity["tools"].push_back(version);
    }
    std::string hash = sha256(identity.dump());
    fs::path folder = store_ / (step.name + "-" + hash.substr(0, kHashDigits));
    if (std::ranges::find(nodes_, folder, &Node::folder) == nodes_.end())
        nodes_.push_back({step, hash, folder});
    return folder;
}

std::string StepGraph::ninja_file() const {
    // generator = 1: a folder that exists is finished, whatever the log or a time stamp says; its name is its
    // identity. pool = console: a step's progress reaches the terminal, and steps use all cores themselves.
    std::string text =
        "ninja_required_version = 1.5\n"
        "rule step\n  command = $run\n  description = $title\n  generator = 1\n  pool = console\n\n";
    std::string program = fs::read_symlink("/proc/self/exe").string();
    const Node* previous = nullptr;
    for (const Node& node : nodes_) {
        text += "build " + ninja_path(node.folder) + ": step";
        text += " ||";
        for (const fs::path& needed : node.step.needs) text += " " + ninja_path(needed);
        for (const fs::path& file : node.step.files) text += " " + ninja_path(file);
        if (order_ == Order::InOrder && previous != nullptr) text += " " + ninja_path(previous->folder);
        previous = &node;
        text += "\n  title = " + node.step.title + "\n  run = " + ninja_word(program);
        for (const std::string& word : node.step.command) text += " " + ninja_word(word);
        text += " --output " + ninja_word(node.folder.string()) + "\n\n";
    }
    return text;
}

Expected<StepGraph::Outcome> StepGraph::run(const fs::path& work_folder) const {
    std::error_code problem;
    fs::create_directories(work_folder, problem);
    fs::create_directories(store_, problem);
    MACAW_CHECK(write_text(work_folder / "build.ninja",
                           "builddir = " + ninja_path(work_folder) + "\n" + ninja_file()));
    fs::path file = work_folder / "build.ninja";
    std::vector<std::string> command = {"ninja", "-f", file.string(), "-k",
                                        order_ == Order::AsReady ? "0" : "1"};
    Outcome outcome;
    outcome.nothing_to_do =
        std::ranges::all_of(nodes_, [](const Node& node) { return fs::exists(node.folder); });
    if (!outcome.nothing_to_do) {
        fs::path code_file = work_folder / "exit_code";
        fs::remove(code_file, problem);
        MACAW_TRY(outcome.exit_code,
                  run_in_foreground(command, {{"NINJA_STATUS", ""}, {kExitCodeFile, code_file.string()}}));
        if (auto left = read_text(code_file))
            outcome.exit_code = std::atoi(left->c_str());
        else if (outcome.exit_code != 0)
            outcome.exit_code = static_cast<int>(ErrorKind::ToolFailed);
    }
    outcome.complete = std::ranges::all_of(nodes_, [](const Node& node) { return fs::exists(node.folder); });
    return outcome;
}

}  // namespace macaw::cli
