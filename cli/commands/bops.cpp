// macaw bops FILE -o FOLDER: the cost proxy BOps against bit flips, power and area of synthesised vector
// MACs.
#include <algorithm>
#include <iostream>
#include <numeric>

#include "cli/commands/commands.hpp"
#include "cli/step.hpp"
#include "golden/support/folder_lock.hpp"
#include "golden/support/parallel.hpp"
#include "golden/support/process.hpp"
#include "golden/support/progress.hpp"
#include "reports/bops/bops_plot.hpp"
#include "reports/bops/bops_table.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

// The order in which units are made: M = N first, so that a study that was stopped has them.
std::vector<std::size_t> working_order(const std::vector<hw::DotProductShape>& units) {
    std::vector<std::size_t> order(units.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_partition(
        order, [&](std::size_t i) { return units[i].weight_bits == units[i].activation_bits; });
    return order;
}

Expected<std::vector<reports::BopsResult>> run_points(const reports::BopsConfig& config,
                                                      const reports::FormLibrary& library,
                                                      const fs::path& store) {
    const std::vector<std::size_t> order = working_order(config.units);
    std::vector<reports::BopsResult> results(order.size());
    Progress progress("synthesis, bit flips, power", static_cast<std::int64_t>(order.size()));
    MACAW_CHECK(parallel_for(order.size(), [&](std::size_t at) -> Expected<void> {
        const std::size_t i = order[at];
        MACAW_TRY(results[i], reports::run_bops_point(config.units[i], config, library, store));
        progress.advance();
        return {};
    }));
    return results;
}

Expected<void> bops(const reports::BopsConfig& config, const BopsArguments& arguments) {
    for (const char* tool : {"yosys", "berkeley-abc", "sta", "gnuplot"}) MACAW_CHECK(check_program(tool));
    // The points stay where they are, so that the same command goes on where it stopped.
    const fs::path output = fs::absolute(arguments.output).lexically_normal();
    MACAW_TRY(FolderLock lock, FolderLock::acquire(output, FolderLock::kPatience));
    MACAW_TRY(StepFolder step,
              StepFolder::begin("bops", output / config.name, {arguments.config, *config.plain},
                                {"yosys", "berkeley-abc", "sta", "gnuplot"}));
    MACAW_TRY(auto library, reports::load_form_library(config.library, output / "libraries" / config.name));
    MACAW_TRY(auto results, run_points(config, library, output / "points"));
    const Table table = reports::bops_table(results);
    const std::string text = reports::bops_markdown(config, library, results);
    MACAW_CHECK(table.write(step.path() / "bops.csv"));
    MACAW_CHECK(reports::bops_group_table(results).write(step.path() / "bops_groups.csv"));
    MACAW_CHECK(reports::bops_step_table(results).write(step.path() / "bops_steps.csv"));
    MACAW_CHECK(write_json(step.path() / "bops.json", table.json()));
    MACAW_CHECK(write_text(step.path() / "bops.md", text));
    MACAW_CHECK(reports::draw_bops(config, library, results, step.path()));
    MACAW_CHECK(step.finish(reports::bops_metrics(config, library, results)));
    if (arguments.json)
        std::cout << table.json().dump(2) << "\n";
    else
        std::cout << text << "\nAll units: " << (output / config.name / "bops.csv").string() << "\n";
    return {};
}

}  // namespace

Outcome run_command(const BopsArguments& arguments) {
    auto config = reports::read_bops_config(arguments.config);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(bops(*config, arguments));
}

}  // namespace macaw::cli
