// macaw sweep SWEEP: the steps of `macaw run` for every point of the axes; shared steps are run once, and a
// point that fails is recorded with its reason and does not stop the others.
#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/graph/run_folder.hpp"
#include "cli/sweep_config.hpp"
#include "golden/support/progress.hpp"
#include "reports/html/step.hpp"
#include "reports/html/sweep_report.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

Expected<reports::SweepPoint> point_of(const SweepConfigPoint& point, const PlannedRun& run,
                                       const fs::path& folder) {
    reports::SweepPoint result{point.name, point.axes, {}, {}};
    std::vector<reports::ReportStep> steps;
    for (const PlannedStep& step : run.steps) {
        if (!fs::exists(step.folder)) {
            result.failure = fmt::format("step {} failed", step.name);
            return result;
        }
        steps.push_back({step.title, step.folder});
    }
    if (!is_published(folder, run)) MACAW_CHECK(publish_run(folder, run));
    MACAW_TRY(auto loaded, reports::load_steps(steps));
    result.metrics = reports::metrics_of(loaded);
    return result;
}

Expected<void> sweep(const SweepConfig& config, const SweepArguments& arguments) {
    fs::path root = fs::absolute(arguments.output).lexically_normal();
    fs::path folder = root / config.name;
    StepGraph graph(root / "store", StepGraph::Order::AsReady);
    std::vector<PlannedRun> runs;
    for (const SweepConfigPoint& point : config.points) {
        MACAW_TRY(fs::path file, write_run_config(folder / "points" / point.name, point.config));
        MACAW_TRY(PlannedRun planned, plan_run(graph, point.config, file));
        runs.push_back(std::move(planned));
    }
    MACAW_TRY(StepGraph::Outcome outcome, graph.run(folder / "ninja"));
    MACAW_CHECK(stop_if_interrupted());
    reports::SweepReportOptions options;
    options.name = config.name;
    MACAW_TRY(options.configuration_yaml, read_text(arguments.config));
    options.output = folder;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        MACAW_TRY(auto point, point_of(config.points[i], runs[i], folder / "points" / config.points[i].name));
        options.points.push_back(std::move(point));
    }
    MACAW_CHECK(reports::write_sweep_report(options));
    if (outcome.nothing_to_do) std::cerr << "nothing to do: all steps are up to date\n";
    std::cout << "\n"
              << reports::sweep_summary_text(options) << "\nReport: " << (folder / "report.html").string()
              << "\n";
    if (!outcome.complete)
        return fail(ErrorKind::ToolFailed, "some points failed; their reasons stand above");
    return {};
}

}  // namespace

Outcome run_command(const SweepArguments& arguments) {
    auto config = read_sweep_config(arguments.config);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(sweep(*config, arguments));
}

}  // namespace macaw::cli
