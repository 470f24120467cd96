// macaw glitch FILE -o FOLDER: what zero-delay toggles miss, on the netlists of vector MAC units.
#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/step.hpp"
#include "golden/support/parallel.hpp"
#include "golden/support/process.hpp"
#include "golden/support/progress.hpp"
#include "reports/glitch/glitch_point.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

struct Job {
    hw::DotProductShape unit;
    reports::FormVariant variant;
};

Expected<std::vector<reports::GlitchResult>> run_all(const reports::GlitchConfig& config,
                                                     const reports::FormLibrary& library,
                                                     const fs::path& folder) {
    std::vector<Job> jobs;
    for (const hw::DotProductShape& unit : config.units)
        for (const reports::FormVariant& variant : config.variants()) jobs.push_back({unit, variant});
    std::vector<reports::GlitchResult> results(jobs.size());
    Progress progress("synthesis, simulation with delays", static_cast<std::int64_t>(jobs.size()));
    MACAW_CHECK(parallel_for(jobs.size(), [&](std::size_t i) -> Expected<void> {
        const fs::path own = folder / fmt::format("unit_{}", i);
        std::error_code problem;
        fs::create_directories(own, problem);
        if (problem) return fail(Error{ErrorKind::System, problem.message(), {}, {own.string()}});
        MACAW_TRY(results[i], reports::count_glitches(jobs[i].unit, jobs[i].variant, config, library, own));
        progress.advance();
        return {};
    }));
    return results;
}

Expected<void> glitch(const reports::GlitchConfig& config, const GlitchArguments& arguments) {
    for (const char* tool : {"yosys", "berkeley-abc", "sta", "iverilog"}) MACAW_CHECK(check_program(tool));
    std::vector<fs::path> inputs = {arguments.config};
    if (config.plain) inputs.push_back(*config.plain);
    MACAW_TRY(StepFolder step, StepFolder::begin("glitch", arguments.output, inputs,
                                                 {"yosys", "berkeley-abc", "sta", "iverilog"}));
    MACAW_TRY(auto library, reports::load_form_library(config.library, step.path() / "library"));
    MACAW_TRY(auto results, run_all(config, library, step.path()));
    const Table table = reports::glitch_table(results);
    const std::string text = reports::glitch_markdown(config, library, results);
    MACAW_CHECK(table.write(step.path() / "glitch.csv"));
    MACAW_CHECK(write_json(step.path() / "glitch.json", table.json()));
    MACAW_CHECK(write_text(step.path() / "glitch.md", text));
    MACAW_CHECK(step.finish(reports::glitch_metrics(config, library, results)));
    if (arguments.json)
        std::cout << table.json().dump(2) << "\n";
    else
        std::cout << text;
    return {};
}

}  // namespace

Outcome run_command(const GlitchArguments& arguments) {
    auto config = reports::read_glitch_config(arguments.config);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(glitch(*config, arguments));
}

}  // namespace macaw::cli
