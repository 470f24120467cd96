// The steps of a graph as jobs of a Slurm cluster. Ninja stays the engine on the machine where macaw was
// started; the command of each step becomes one `srun`, which waits for its job, prints what the job prints
// and ends the job when it is interrupted. Jobs of one step each need nothing of Slurm but a partition, so
// there is no scheduler of ours and no job script. Inside an allocation (salloc, sbatch) srun makes job steps
// of it instead, with the same words.
//
// The output folder must lie on a file system that the nodes share with this machine.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "golden/support/error.hpp"

namespace macaw::cli {

// What srun is told of a step; an empty text leaves the choice to the cluster. Whatever else a cluster wants
// (quality of service, constraint, reservation) srun reads from its own environment variables.
struct SlurmOptions {
    std::string partition;
    std::string account;
    std::string time_limit;  // of each step, in srun's notation: "30", "2:00:00", "1-12"
    std::string memory;      // of each step: "8G"
    int cpus = 4;            // of each step
};

inline constexpr int kSlurmJobs = 32;  // at a time, unless the user says otherwise

// `srun` and its options for the step that makes `folder`; the step's own command goes behind them.
std::vector<std::string> srun_command(const SlurmOptions& options, const std::filesystem::path& folder);

// MissingTool without srun; BadInput, in Slurm's words, where the cluster would never start such a job.
Expected<void> check_slurm(const SlurmOptions& options);

// BadInput where a job of an earlier run still works on one of these folders: that run's machine went down,
// and with it the lock that keeps two runs out of one folder.
Expected<void> check_no_leftover_job(const std::vector<std::filesystem::path>& folders);

}  // namespace macaw::cli
