// A run as a graph of macaw's own subcommands. A step's folder is named by the hash of all that its result
// depends on (parameters, input files, the hashes of the steps it needs, our version, tool versions), so a
// folder that exists is a finished step and a changed input makes a new name. Ninja runs the graph; macaw
// only writes it. On a cluster the same graph's commands are wrapped for Slurm (cli/graph/slurm.hpp).
//
// A step may name large files that only other steps read (Step::passing). Where the graph discards, they are
// removed as soon as every step that needs them is done, and the folder is marked; a later graph with a new
// step that needs them runs the step again.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/graph/slurm.hpp"
#include "cli/graph/step_failure.hpp"
#include "golden/support/error.hpp"
#include "golden/support/file.hpp"

namespace macaw::cli {

struct Step {
    std::string name;                          // "quantize-axe": prefix of its folder
    std::string title;                         // "Running step 1/7: quantize"
    Json parameters;                           // what the result depends on beside inputs
    std::vector<std::filesystem::path> files;  // input files and folders from outside the graph
    std::vector<std::filesystem::path> needs;  // folders of steps of this graph
    std::vector<std::string> tools;            // external programs whose version matters
    std::vector<std::string> command;          // arguments of macaw, without `--output FOLDER`
    std::vector<std::string> passing = {};     // files of the folder that only other steps of the graph read
    bool model_only = false;  // quantizes, certifies or evaluates and no more: the rest of macaw may change
    // Option that gets a folder beside the store which steps of this kind share; empty: none. No part of a
    // step's identity: what lies there makes a step quicker, never another.
    std::string shared_option = {};
};

// How a graph is run.
struct Execution {
    // True: one step after the other as they were added, until one fails, which is how a person reads a run.
    // False: as they become ready; a step that fails holds up only those that need it.
    bool in_order = true;
    // 0: one step at a time on the terminal, with all cores. Otherwise so many at a time, each with its share
    // of the cores and its messages in a file.
    int jobs = 0;
    bool discard = false;                    // whether Step::passing is removed when it has served
    std::optional<SlurmOptions> slurm = {};  // steps are jobs of a cluster; `jobs` is above 0
};

class StepGraph {
  public:
    // `store`: where the steps' folders are made.
    StepGraph(std::filesystem::path store, Execution execution)
        : store_(std::move(store)), execution_(std::move(execution)) {}

    // The step's folder. Adding an equal step again returns the same folder.
    Expected<std::filesystem::path> add(const Step& step);

    struct Outcome {
        bool nothing_to_do = false;
        bool complete = false;
        int exit_code = 0;  // of the first step that failed; 4 where only Ninja failed
        std::map<std::filesystem::path, StepFailure> failures;  // by the folder that was not made
    };
    // Runs what is missing with Ninja, alone in the store, in the foreground, its messages on stderr.
    // `work_folder` gets the graph, the messages of parallel steps and the reasons of failures.
    Expected<Outcome> run(const std::filesystem::path& work_folder);

    // The graph of the steps that are missing.
    std::string ninja_file(const std::filesystem::path& work_folder) const;

  private:
    struct Node {
        Step step;
        std::string hash;
        std::filesystem::path folder;
        std::vector<std::size_t> users;  // indices of the nodes that need it
    };
    Expected<std::string> hash_of_file(const std::filesystem::path& file);
    Expected<std::string> version_of(const std::string& program);
    Expected<void> prepare(const std::filesystem::path& work_folder);
    void remove_spent_folders();
    std::vector<std::string> step_words(const Node& node, const std::filesystem::path& work_folder) const;
    std::string build_line(const Node& node, const Node* previous,
                           const std::filesystem::path& work_folder) const;
    std::string discard_line(const Node& node) const;
    Expected<void> run_ninja(const std::filesystem::path& work_folder, Outcome& outcome) const;

    std::filesystem::path store_;
    Execution execution_;
    std::vector<Node> nodes_;  // each behind those that it needs
    std::map<std::filesystem::path, std::string> file_hashes_;
    std::map<std::string, std::string> tool_versions_;
};

}  // namespace macaw::cli
