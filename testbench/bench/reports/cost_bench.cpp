// How fast the cost model answers: features of a point from its RTL graph and the figures of a model, against
// one synthesis of the same point with timing (Yosys, ABC, OpenSTA; no power). W4A8, T = 64, L = 16, OSU018.
//   of_synthesis  the time of the synthesis over that of an estimate
#include <chrono>

#include <benchmark/benchmark.h>

#include "hw/array/write_rtl.hpp"
#include "reports/cost/cost_model.hpp"
#include "reports/silicon/silicon.hpp"
#include "testbench/bench/must.hpp"

namespace {

using namespace macaw;
using bench::must;
namespace fs = std::filesystem;

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Point {
    golden::Datapath datapath;
    hw::ArrayConfig array;
    Point(int side, hw::Arithmetic arithmetic) {
        array.rows = array.columns = side;
        array.lanes = datapath.products_per_check = 16;
        array.arithmetic = arithmetic;
    }
};

// What it says does not matter for its speed.
reports::CostGroup some_model() {
    reports::CostGroup group;
    for (reports::CostFigure figure : reports::kCostFigures)
        group.coefficients[to_string(figure)].assign(reports::term_names(figure).size(), 1);
    return group;
}

double synthesis_seconds(const Point& point) {
    const fs::path folder = fs::path(MACAW_SOURCE_DIR) / "build" / "bench_cost";
    fs::remove_all(folder);
    fs::create_directories(folder / "rtl");
    fs::create_directories(folder / "out");
    must(hw::write_rtl(folder / "rtl", point.datapath, point.array, "cost_bench"));
    const auto start = std::chrono::steady_clock::now();
    must(reports::run_silicon(reports::SiliconOptions{}, {folder / "rtl", std::nullopt}, folder / "out"));
    return seconds_since(start);
}

void estimate_a_point(benchmark::State& state) {
    const Point point(static_cast<int>(state.range(0)),
                      state.range(1) != 0 ? hw::Arithmetic::Structural : hw::Arithmetic::Behavioural);
    const reports::CostGroup group = some_model();
    const reports::ActivityStatistics activity = reports::uniform_activity(point.datapath, point.array);
    const double synthesis = synthesis_seconds(point);
    const auto start = std::chrono::steady_clock::now();
    for (auto _ : state) {
        const reports::PointFeatures features = must(reports::features_of(point.datapath, point.array));
        benchmark::DoNotOptimize(
            reports::estimate(group, features, point.datapath, point.array, 100, activity));
    }
    const double estimate = seconds_since(start) / static_cast<double>(state.iterations());
    state.counters["estimates_per_s"] = 1 / estimate;
    state.counters["of_synthesis"] = synthesis / estimate;
}
BENCHMARK(estimate_a_point)
    ->ArgNames({"side", "structural"})
    ->Args({2, 0})
    ->Args({2, 1})
    ->Args({8, 0})
    ->Args({8, 1})
    ->Unit(benchmark::kMillisecond);

}  // namespace
