// A run as a graph of macaw's own subcommands. A step's folder is named by the hash of all that its result
// depends on (parameters, input files, the hashes of the steps it needs, our version, tool versions), so a
// folder that exists is a finished step and a changed input makes a new name. Ninja runs the graph; macaw
// only writes it.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "golden/support/error.hpp"
#include "golden/support/file.hpp"

namespace macaw::cli {

// Environment variable with the file in which a failing step leaves its exit code.
inline constexpr const char* kExitCodeFile = "MACAW_EXIT_CODE_FILE";

struct Step {
    std::string name;                          // "quantize-axe": prefix of its folder
    std::string title;                         // "Running step 1/7: quantize"
    Json parameters;                           // what the result depends on beside inputs
    std::vector<std::filesystem::path> files;  // input files and folders from outside the graph
    std::vector<std::filesystem::path> needs;  // folders of steps of this graph
    std::vector<std::string> tools;            // external programs whose version matters
    std::vector<std::string> command;          // arguments of macaw, without `--output FOLDER`
};

class StepGraph {
  public:
    // InOrder: one step after the other as they were added, which is how a person reads a run. AsReady: a
    // step that fails holds up only those that need it.
    enum class Order { InOrder, AsReady };

    // `store`: where the steps' folders are made.
    StepGraph(std::filesystem::path store, Order order) : store_(std::move(store)), order_(order) {}

    // The step's folder. Adding an equal step again returns the same folder.
    Expected<std::filesystem::path> add(const Step& step);

    // Runs what is missing with Ninja, in the foreground. Under AsReady a failed step does not stop the
    // others; folders that are missing afterwards tell which failed.
    struct Outcome {
        bool nothing_to_do = false;
        bool complete = false;
        int exit_code = 0;  // of the last step that failed; 4 where only Ninja failed
    };
    Expected<Outcome> run(const std::filesystem::path& work_folder) const;

    std::string ninja_file() const;

  private:
    struct Node {
        Step step;
        std::string hash;
        std::filesystem::path folder;
    };
    Expected<std::string> hash_of_file(const std::filesystem::path& file);
    Expected<std::string> version_of(const std::string& program);

    std::filesystem::path store_;
    Order order_;
    std::vector<Node> nodes_;
    std::map<std::filesystem::path, std::string> file_hashes_;
    std::map<std::string, std::string> tool_versions_;
};

}  // namespace macaw::cli
