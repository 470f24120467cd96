#include "cli/graph/live_recorder.hpp"

#include "cli/graph/run_point.hpp"
#include "golden/support/progress.hpp"
#include "reports/store/result_store.hpp"

namespace macaw::cli {

namespace {

constexpr auto kPeriod = std::chrono::seconds(1);

bool is_recorded(reports::ResultStore& store, const LivePoint& point) noexcept try {
    auto collected = point.collect();
    return collected && store.record({&*collected, 1});
} catch (...) {  // this point is left to the end of the sweep, the others are not
    return false;
}

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

void LiveRecorder::look() noexcept try {
    std::lock_guard lock(looking_);
    std::vector<LivePoint*> finished;
    for (LivePoint& point : points_)
        if (!point.recorded && all_exist(point.folders)) finished.push_back(&point);
    if (finished.empty()) return;
    auto store = reports::ResultStore::open_existing(database_);
    if (!store) return;
    for (LivePoint* point : finished) point->recorded = is_recorded(*store, *point);
} catch (...) {  // nothing that goes wrong in the recorder's thread may end a sweep
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
