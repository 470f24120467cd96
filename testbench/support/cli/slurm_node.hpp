// A Slurm cluster of one node for a test: munged, slurmctld and slurmd of its own, on ports of its own, with
// all files in a scratch folder. It lives as long as the object, and no longer than the test program.
#pragma once

#include <set>
#include <string>
#include <vector>

#include <sys/types.h>

#include "testbench/support/files.hpp"

namespace macaw::testing {

class SlurmNode {
  public:
    // Why there can be none here: not root, or programs are missing (with the packages that bring them).
    // Empty where there can.
    static std::string obstacle();

    // SLURM_CONF is set while it lives. Throws std::runtime_error, with the daemons' logs, where it does not
    // come up.
    SlurmNode();
    ~SlurmNode();
    SlurmNode(const SlurmNode&) = delete;
    SlurmNode& operator=(const SlurmNode&) = delete;

    // Names of the jobs in this state: "RUNNING", or "all" for those that ended lately, too.
    std::multiset<std::string> jobs(const std::string& state) const;
    // No job waits, runs or is about to end, within a few seconds.
    bool becomes_empty() const;

  private:
    void start(const std::vector<std::string>& command);
    void configure();
    bool is_up() const;
    void stop();
    ScratchFolder scratch_;
    std::vector<pid_t> daemons_;
};

}  // namespace macaw::testing
