// macaw run CONFIG: all steps of one configuration, from the checkpoint to the report.
#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/graph/run_folder.hpp"
#include "cli/graph/run_point.hpp"
#include "cli/synthesisable.hpp"
#include "golden/support/progress.hpp"
#include "reports/html/summary.hpp"
#include "reports/store/result_store.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

Expected<void> print_result(const fs::path& folder, const Metrics& metrics, const RunArguments& arguments) {
    if (arguments.json) {
        MACAW_TRY(std::string text, read_text(folder / "metrics.json"));
        std::cout << text;
        return {};
    }
    std::cout << "\n"
              << reports::summary_text(metrics) << "\nReport: " << (folder / "report.html").string() << "\n";
    return {};
}

// A step's exit code as the run's own reason.
ErrorKind kind_of(int exit_code) {
    for (ErrorKind kind : {ErrorKind::CheckFailed, ErrorKind::BadInput, ErrorKind::MissingTool,
                           ErrorKind::System, ErrorKind::Interrupted})
        if (exit_code == static_cast<int>(kind)) return kind;
    return ErrorKind::ToolFailed;
}

// On a terminal the reason stands above, in the step's own words; of steps side by side it is said here.
void print_failures(const StepGraph::Outcome& outcome) {
    for (const auto& [step, failure] : outcome.failures)
        std::cerr << "\n" << step.filename().string() << " failed:\n" << failure.message << "\n";
}

Expected<void> record(reports::ResultStore& store, const RunConfig& config, const reports::SweepPoint& point,
                      const fs::path& root) {
    MACAW_TRY(reports::StoredPoint stored, stored_point(point, config, {.root = root, .sweep = {}}));
    return store.record({&stored, 1});
}

Expected<void> run(const RunConfig& config, const RunArguments& arguments) {
    MACAW_CHECK(require_synthesisable(config, arguments.config));
    for (const std::string& warning : golden::warnings(config.datapath))
        std::cerr << arguments.config << ": warning: " << warning << "\n";
    Execution execution;
    if (arguments.cluster.slurm) {
        execution = {.in_order = false, .jobs = arguments.jobs, .slurm = arguments.cluster.options};
        MACAW_CHECK(check_slurm(*execution.slurm));
    }
    fs::path root = fs::absolute(arguments.output).lexically_normal();
    fs::path folder = root / config.name;
    // Before hours of work: whether its results can be recorded.
    MACAW_TRY(auto store, reports::ResultStore::open(root / reports::kResultsFile));
    MACAW_TRY(fs::path config_file, write_run_config(folder, config));
    StepGraph graph(root / "store", execution);
    MACAW_TRY(PlannedRun planned, plan_run(graph, config, config_file));
    MACAW_TRY(StepGraph::Outcome outcome, graph.run(folder / "ninja"));
    MACAW_CHECK(stop_if_interrupted());
    if (execution.jobs > 0) print_failures(outcome);
    reports::SweepPoint point;
    point.name = config.name;
    MACAW_CHECK(collect_run(planned, outcome, point));
    // The result of the run comes first: that it cannot be recorded must not hide it.
    if (outcome.complete && !is_published(folder, planned)) MACAW_CHECK(publish_run(folder, planned));
    auto recorded = record(store, config, point, root);
    if (!outcome.complete) {
        if (!recorded) std::cerr << to_text(recorded.error()) << "\n";
        return fail(Error{kind_of(outcome.exit_code),
                          "the run stopped before its end; what is finished is kept",
                          "the reason stands above; run the same command again to go on",
                          {}});
    }
    if (outcome.nothing_to_do) std::cerr << "nothing to do: all steps are up to date\n";
    MACAW_CHECK(print_result(folder, point.metrics, arguments));
    return recorded;
}

}  // namespace

Outcome run_command(const RunArguments& arguments) {
    auto config = read_run_config(arguments.config);
    if (!config) return tl::unexpected(config.error());
    if (arguments.show_config) {
        std::cout << to_json(*config).dump(2) << "\n";
        return {};
    }
    return as_outcome(run(*config, arguments));
}

}  // namespace macaw::cli
