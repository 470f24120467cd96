// Figures with their origin. A key is `stage__group__name__unit` (units lower case; a swept axis' value
// stands before the unit); `how` says how the figure was obtained: tool, data, corner, or "modelled: ..." for
// an estimate.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "golden/support/error.hpp"
#include "golden/support/file.hpp"

namespace macaw {

struct Metric {
    std::string key;
    Json value;  // a number or a text
    std::string how;
};

class Metrics {
  public:
    void add(std::string key, Json value, std::string how);
    const std::vector<Metric>& all() const { return metrics_; }
    const Metric* find(const std::string& key) const;
    void append(const Metrics& other);

    // {"key": {"value": ..., "how": ...}, ...}: metrics.json in the folder of a step.
    Expected<void> write(const std::filesystem::path& file) const;
    static Expected<Metrics> read(const std::filesystem::path& file);

  private:
    std::vector<Metric> metrics_;
};

}  // namespace macaw
