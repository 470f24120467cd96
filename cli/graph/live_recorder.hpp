// Records the points of a running sweep as their last steps finish, so that the database of results can be
// asked while the sweep runs and holds what is finished when it is killed. It writes no failures: whether a
// step that is missing has failed or was never begun is known at the end only.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "cli/graph/step_graph.hpp"
#include "reports/store/stored_point.hpp"

namespace macaw::cli {

struct LivePoint {
    std::vector<std::filesystem::path> folders;  // of its steps: finished when all exist
    std::function<Expected<reports::StoredPoint>()> collect;
    bool recorded = false;
};

class LiveRecorder {
  public:
    // Looks every second until it is destroyed, in a thread of its own and on a connection of its own.
    LiveRecorder(std::filesystem::path database, std::vector<LivePoint> points);
    // Records what is finished now. Errors and exceptions are left to the end of the sweep, which records all
    // points again.
    void look() noexcept;

  private:
    std::filesystem::path database_;
    std::vector<LivePoint> points_;
    std::mutex looking_;  // of points_
    std::mutex waiting_;
    std::condition_variable_any wake_;
    std::jthread thread_;  // last: it uses all others
};

// graph.run(work_folder) with a recorder beside it. An interrupt is an error; what is finished is recorded.
Expected<StepGraph::Outcome> run_and_record(StepGraph& graph, const std::filesystem::path& work_folder,
                                            const std::filesystem::path& database,
                                            std::vector<LivePoint> points);

}  // namespace macaw::cli
