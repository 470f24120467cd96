// The folder that a step writes: it appears complete, with metrics.json and step.json (what was run on what).
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "golden/support/error.hpp"
#include "golden/support/file.hpp"
#include "golden/support/metrics.hpp"

namespace macaw::cli {

class StepFolder {
  public:
    // Inputs are files or folders; their hashes go into step.json. Tools are programs of known_tools().
    static Expected<StepFolder> begin(std::string step, const std::filesystem::path& output,
                                      std::vector<std::filesystem::path> inputs,
                                      std::vector<std::string> tools = {});

    std::filesystem::path path() const { return folder_.path(); }
    // A further member of step.json: a seed, a setting.
    void record(const std::string& key, Json value) { extra_[key] = std::move(value); }
    // Writes metrics.json and step.json and makes the folder appear under its final name.
    Expected<void> finish(const Metrics& metrics);
    // Instead: what was made goes into a folder OUTPUT.failed beside the one that does not appear, so that a
    // step whose checks failed never looks finished. Returns the error with a hint at it.
    Error keep_evidence(Error error) const;

  private:
    StepFolder(std::string step, OutputFolder folder) : step_(std::move(step)), folder_(std::move(folder)) {}
    std::string step_;
    OutputFolder folder_;
    Json inputs_ = Json::object();
    Json tools_ = Json::object();
    Json extra_ = Json::object();
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// The command line of this process, set once by main.
void remember_command_line(int count, char** arguments);
const std::string& command_line();

// "x86_64, 2 cores, AMD EPYC, Debian GNU/Linux 12 (bookworm)"
std::string machine_text();

}  // namespace macaw::cli
