// macaw cost fit: the fast cost model from recorded design points, with its error on points held out of the
// fit. macaw cost estimate: modelled area, least period and power of a configuration, without synthesis.
#include <chrono>
#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/run_config.hpp"
#include "reports/cost/fit_cost_model.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

Expected<void> fit(const CostFitArguments& arguments) {
    const std::vector<fs::path> databases(arguments.results.begin(), arguments.results.end());
    MACAW_TRY(reports::TrainingSet set, reports::read_training_set(databases));
    std::vector<std::string> left_out;
    MACAW_TRY(reports::CostModel model,
              reports::fit_cost_model(set.points, {arguments.hold_out, arguments.seed}, left_out));
    MACAW_CHECK(model.write(arguments.output));
    std::cout << reports::error_table(model) << "\n"
              << fmt::format(
                     "{} points; left out: {} synthesised before under another name, {} without area and "
                     "period; {} with power but without figures of their stimulus\n",
                     set.points.size(), set.repeated, set.without_figures, set.without_activity);
    for (const std::string& group : left_out) std::cout << "not fitted: " << group << "\n";
    std::cout << "Cost model: " << arguments.output << "\n";
    return {};
}

// Of the stimulus, where there is one.
Expected<reports::ActivityStatistics> activity(const std::string& stimulus, const RunConfig& config,
                                               const reports::CostGroup& group) {
    if (stimulus.empty()) return reports::typical_activity(group, config.datapath, config.array);
    fs::path file = stimulus;
    if (fs::is_directory(file)) file /= sim::kStimulusFile;
    MACAW_TRY(sim::Stimulus read, sim::read_stimulus_for(file, config.datapath, config.array));
    return reports::activity_of(read);
}

Expected<void> estimate(const CostEstimateArguments& arguments, const RunConfig& config) {
    MACAW_TRY(reports::CostModel model, reports::CostModel::read(arguments.model));
    auto group = model.group_for(config.synth, config.array.arithmetic);
    if (!group) return fail(std::move(group).error().at({arguments.model}));
    MACAW_TRY(reports::ActivityStatistics statistics, activity(arguments.stimulus, config, **group));
    const auto begin = std::chrono::steady_clock::now();
    MACAW_TRY(reports::PointFeatures features, reports::features_of(config.datapath, config.array));
    const reports::CostEstimate estimate = reports::estimate(**group, features, config.datapath, config.array,
                                                             config.synth.clock_mhz, statistics);
    const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - begin;
    const Metrics metrics = reports::cost_metrics(**group, estimate, statistics);
    for (const std::string& outside : estimate.outside)
        std::cerr << "warning: extrapolated: " << outside << "\n";
    if (arguments.json) {
        Json json = Json::object();
        for (const Metric& metric : metrics.all())
            json[metric.key] = {{"value", metric.value}, {"how", metric.how}};
        std::cout << json.dump(2) << "\n";
        return {};
    }
    std::cout << to_string(config.array) << ", " << to_string(config.datapath) << "\n";
    for (const Metric& metric : metrics.all())
        std::cout << fmt::format("  {:<26} {:>12.6g}  {}\n", metric.key, metric.value.get<double>(),
                                 metric.how);
    std::cout << fmt::format("Modelled in {:.1f} ms, not measured; macaw synth measures.\n", time.count());
    return {};
}

}  // namespace

Outcome run_command(const CostFitArguments& arguments) {
    return as_outcome(fit(arguments));
}

Outcome run_command(const CostEstimateArguments& arguments) {
    auto config = read_run_config(arguments.config, ConfigScope::Hardware);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(estimate(arguments, *config));
}

}  // namespace macaw::cli
