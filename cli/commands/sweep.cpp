// macaw sweep SWEEP: the steps of `macaw run`, or those of quality and silicon, for every point of the axes;
// shared steps are run once, and a point that fails is recorded with its reason and does not stop the others.
#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/graph/live_recorder.hpp"
#include "cli/graph/run_folder.hpp"
#include "cli/graph/run_point.hpp"
#include "cli/point_sweep.hpp"
#include "cli/sweep_config.hpp"
#include "cli/sweep_screening.hpp"
#include "golden/support/parallel.hpp"
#include "golden/support/process.hpp"
#include "reports/html/sweep_report.hpp"
#include "reports/store/result_store.hpp"
#include "reports/tables/point_quality.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

std::vector<LivePoint> live_points(const SweepConfig& config, const std::vector<PlannedRun>& runs,
                                   const fs::path& root) {
    std::vector<LivePoint> points;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        auto collect = [&config, &run = runs[i], root, i]() -> Expected<reports::StoredPoint> {
            reports::SweepPoint point{config.points[i].name, config.points[i].axes, {}, {}};
            MACAW_CHECK(collect_run(run, {}, point));
            add_modelled(config.points[i], point);
            return stored_point(point, config.points[i].config, {root, config.name, static_cast<int>(i)});
        };
        points.push_back({runs[i].folders, collect});
    }
    return points;
}

Expected<std::vector<reports::SweepPoint>> run_all_steps(const SweepConfig& config, const fs::path& root,
                                                         const fs::path& folder, const Execution& execution,
                                                         reports::ResultStore& store) {
    StepGraph graph(root / "store", execution);
    std::vector<PlannedRun> runs;
    for (const SweepConfigPoint& point : config.points) {
        MACAW_TRY(fs::path file,
                  write_run_config(folder / reports::kPointsFolder / point.name, point.config));
        MACAW_TRY(PlannedRun planned, plan_run(graph, point.config, file));
        runs.push_back(std::move(planned));
    }
    MACAW_TRY(StepGraph::Outcome outcome,
              run_and_record(graph, folder / "ninja", store.file(), live_points(config, runs, root)));
    std::vector<reports::SweepPoint> points;
    std::vector<reports::StoredPoint> stored;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const SweepConfigPoint& of_config = config.points[i];
        reports::SweepPoint& point = points.emplace_back();
        point.name = of_config.name;
        point.axes = of_config.axes;
        MACAW_CHECK(collect_run(runs[i], outcome, point));
        add_modelled(of_config, point);
        const fs::path place = folder / reports::kPointsFolder / point.name;
        if (point.failure.empty() && !is_published(place, runs[i])) MACAW_CHECK(publish_run(place, runs[i]));
        MACAW_TRY(stored.emplace_back(),
                  stored_point(point, of_config.config, {root, config.name, static_cast<int>(i)}));
    }
    MACAW_CHECK(store.record_sweep(config.name, stored));
    return points;
}

// Every figure of every point.
Json silicon_json(const std::vector<reports::SweepPoint>& points) {
    Json rows = Json::array();
    for (const reports::SweepPoint& point : points) {
        Json row = {{"point", point.name}, {"axes", Json::object()}, {"metrics", Json::object()}};
        for (const auto& [name, value] : point.axes) row["axes"][name] = value;
        for (const Metric& metric : point.metrics.all()) row["metrics"][metric.key] = metric.value;
        if (!point.failure.empty()) row["failure"] = point.failure;
        rows.push_back(std::move(row));
    }
    return rows;
}

void print_result(const reports::SweepReportOptions& report, bool json) {
    bool quality = report.kind == reports::SweepKind::Quality;
    if (json) {
        Json result = {
            {"points", quality ? reports::quality_json(report.points) : silicon_json(report.points)}};
        if (!report.candidates.empty()) result["candidates"] = reports::quality_json(report.candidates);
        std::cout << result.dump(2) << "\n";
        return;
    }
    std::cout << "\n"
              << (quality ? report.title + "\n\n" + reports::quality_text(report.points)
                          : reports::sweep_summary_text(report))
              << "\nReport: " << (report.output / "report.html").string() << "\n";
}

// On one machine the steps of points run side by side, and those of whole runs one by one with all cores:
// simulators are built with all of them.
Execution execution_of(const SweepConfig& config, const SweepArguments& arguments) {
    const bool points = config.steps != SweepSteps::All;
    Execution execution{.in_order = false, .discard = points};
    if (arguments.cluster.slurm) execution.slurm = arguments.cluster.options;
    if (points || execution.slurm) execution.jobs = arguments.jobs;
    if (execution.jobs == 0 && execution.slurm) execution.jobs = kSlurmJobs;
    if (execution.jobs == 0 && points) execution.jobs = static_cast<int>(thread_count());
    return execution;
}

// Leaves the points that the cost model chooses, where the sweep searches.
Expected<std::optional<Screening>> screen(SweepConfig& config) {
    if (!config.search) return std::nullopt;
    MACAW_TRY(Screening screening, choose_points(config));
    std::cerr << fmt::format(
        "search: {} candidates modelled in {:.1f} s ({:.2f} ms each), {} on the best fronts will be "
        "synthesised, {} of them extrapolated\n",
        screening.candidates, screening.seconds,
        1e3 * screening.seconds / static_cast<double>(screening.candidates), screening.chosen,
        screening.extrapolated);
    return screening;
}

// Known before the first synthesis, and kept whatever becomes of it.
Expected<void> write_candidates(const Screening& screening, const fs::path& folder) {
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem)
        return fail(Error{ErrorKind::System, "cannot be made: " + problem.message(), {}, {folder.string()}});
    return screening.table.write(folder / "search_candidates.csv");
}

Expected<void> write_model_errors(const reports::SweepReportOptions& report, bool quiet) {
    MACAW_CHECK(modelled_beside_measured(report.points).write(report.output / "modelled_and_measured.csv"));
    const std::string errors = modelled_errors_text(report.points);
    if (!quiet && !errors.empty())
        std::cout << "\nError of the cost model on the chosen points (modelled / measured - 1, absolute):\n"
                  << errors;
    return {};
}

Expected<void> sweep(SweepConfig& config, const SweepArguments& arguments) {
    MACAW_CHECK(check_program("gnuplot"));  // the page needs it at the very end: not after hours of work
    MACAW_TRY(std::optional<Screening> screening, screen(config));
    const Execution execution = execution_of(config, arguments);
    if (execution.slurm) MACAW_CHECK(check_slurm(*execution.slurm));
    fs::path root = fs::absolute(arguments.output).lexically_normal();
    MACAW_TRY(auto store, reports::ResultStore::open(root / reports::kResultsFile));  // likewise
    reports::SweepReportOptions report;
    report.name = config.name;
    report.title = config.title;
    report.output = root / config.name;
    MACAW_TRY(report.configuration_yaml, read_text(arguments.config));
    if (screening) MACAW_CHECK(write_candidates(*screening, report.output));
    if (config.steps != SweepSteps::All) {
        if (config.steps == SweepSteps::Quality) report.kind = reports::SweepKind::Quality;
        MACAW_TRY(PointSweepResult result, run_point_sweep(config, root, report.output, execution, store));
        report.points = std::move(result.points);
        report.candidates = std::move(result.candidates);
    } else {
        MACAW_TRY(report.points, run_all_steps(config, root, report.output, execution, store));
    }
    MACAW_CHECK(reports::write_sweep_report(report));
    if (screening) MACAW_CHECK(write_model_errors(report, arguments.json));
    print_result(report, arguments.json);
    if (std::string names = failed_names(report.points); !names.empty())
        return fail(ErrorKind::ToolFailed, "some points failed; their reasons stand in the table: {}", names);
    // Another one might have been chosen.
    if (std::string names = failed_names(report.candidates); !names.empty())
        return fail(ErrorKind::ToolFailed,
                    "some candidates failed and could not be chosen; their reasons stand in the table: {}",
                    names);
    return {};
}

}  // namespace

Outcome run_command(const SweepArguments& arguments) {
    auto config = read_sweep_config(arguments.config);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(sweep(*config, arguments));
}

}  // namespace macaw::cli
