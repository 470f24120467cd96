// Runs the tools of the silicon step and keeps what they were asked and what they said: each run appends its
// command and its output to a log file. A failed run shows the tool's last lines and the log's path.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "golden/support/process.hpp"

namespace macaw::reports {

class ToolLog {
  public:
    // Tools run in `folder`, so that scripts name files relative to it. The log file starts empty.
    static Expected<ToolLog> create(const std::filesystem::path& folder, const std::string& log_name);
    // The output of a run that ended with exit code 0.
    Expected<std::string> run(const std::vector<std::string>& command);
    const std::filesystem::path& folder() const { return folder_; }

  private:
    ToolLog(std::filesystem::path folder, std::filesystem::path file)
        : folder_(std::move(folder)), file_(std::move(file)) {}
    std::filesystem::path folder_;
    std::filesystem::path file_;
};

}  // namespace macaw::reports
