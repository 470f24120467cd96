#include "cli/graph/live_recorder.hpp"

#include "cli/graph/run_point.hpp"
#include "golden/support/progress.hpp"
#include "reports/store/result_store.hpp"

namespace macaw::cli {

namespace {

constexpr auto kPeriod = std::chrono::seconds(1);

}  // namespace

LiveRecorder::LiveRecorder(std::filesystem::path database, std::vector<LivePoint> points)
    : database_(std::move(database)), points_(std::move(points)), thread_([this](std::stop_token stop) {
          std::unique_lock lock(waiting_);
          for (;;) {
              wake_.wait_for(lock, stop, kPeriod, [] { return false; });
              if (stop.stop_requested()) return;
              look();
          }
      }) {}

void LiveRecorder::look() {
    std::lock_guard lock(looking_);
    std::vector<LivePoint*> finished;
    for (LivePoint& point : points_)
        if (!point.recorded && all_exist(point.folders)) finished.push_back(&point);
    if (finished.empty()) return;
    auto store = reports::ResultStore::open_existing(database_);
    if (!store) return;
    for (LivePoint* point : finished) {
        auto collected = point->collect();
        point->recorded = collected && store->record({&*collected, 1});
    }
}

Expected<StepGraph::Outcome> run_and_record(StepGraph& graph, const std::filesystem::path& work_folder,
                                            const std::filesystem::path& database,
                                            std::vector<LivePoint> points) {
    LiveRecorder recorder(database, std::move(points));
    auto outcome = graph.run(work_folder);
    if (interrupted()) recorder.look();
    MACAW_CHECK(stop_if_interrupted());
    return outcome;
}

}  // namespace macaw::cli
