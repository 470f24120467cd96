// with_slurm_node COMMAND...: runs a command beside a Slurm cluster of one node that lives as long as it, to
// try macaw sweep FILE --slurm where there is no cluster. Root, and Debian's slurmctld, slurmd, slurm-client,
// munge.
#include <cstdio>
#include <exception>

#include "golden/support/process.hpp"
#include "testbench/support/cli/slurm_node.hpp"

int main(int count, char** arguments) {
    using namespace macaw;
    constexpr int kUsageError = 2;
    constexpr int kMissingTool = static_cast<int>(ErrorKind::MissingTool);
    if (count < 2) {
        std::fprintf(stderr, "usage: with_slurm_node COMMAND...\n");
        return kUsageError;
    }
    if (std::string why = testing::SlurmNode::obstacle(); !why.empty()) {
        std::fprintf(stderr, "error: %s\n", why.c_str());
        return kMissingTool;
    }
    try {
        testing::SlurmNode node;
        auto exit_code = run_in_foreground({arguments + 1, arguments + count}, {});
        if (exit_code) return *exit_code;
        std::fprintf(stderr, "%s\n", to_text(exit_code.error()).c_str());
        return static_cast<int>(exit_code.error().kind);
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "error: %s\n", problem.what());
        return static_cast<int>(ErrorKind::ToolFailed);
    }
}
