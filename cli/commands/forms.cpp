// macaw forms FILE -o FOLDER: area and least period of one unit in all its arithmetic forms.
#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/step.hpp"
#include "golden/support/folder_lock.hpp"
#include "golden/support/parallel.hpp"
#include "golden/support/process.hpp"
#include "golden/support/progress.hpp"
#include "reports/forms/form_table.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

Expected<std::vector<reports::FormLibrary>> load_libraries(const reports::FormsConfig& config,
                                                           const fs::path& folder) {
    std::vector<reports::FormLibrary> libraries;
    for (std::size_t i = 0; i < config.libraries.size(); ++i) {
        MACAW_TRY(auto library,
                  reports::load_form_library(config.libraries[i], folder / fmt::format("library_{}", i)));
        libraries.push_back(std::move(library));
    }
    return libraries;
}

Expected<std::vector<reports::FormResult>> run_points(const reports::FormsConfig& config,
                                                      const std::vector<reports::FormLibrary>& libraries,
                                                      const fs::path& store) {
    std::vector<reports::FormPoint> points = reports::points_of(config);
    std::vector<reports::FormResult> results(points.size());
    Progress progress("synthesis and timing", static_cast<std::int64_t>(points.size()));
    MACAW_CHECK(parallel_for(points.size(), [&](std::size_t i) -> Expected<void> {
        MACAW_TRY(results[i], reports::run_point(points[i], config, libraries[points[i].library], store));
        progress.advance();
        return {};
    }));
    return results;
}

Expected<void> forms(const reports::FormsConfig& config, const FormsArguments& arguments) {
    for (const char* tool : {"yosys", "berkeley-abc", "sta"}) MACAW_CHECK(check_program(tool));
    // The points stay where they are, so that the same command goes on where it stopped.
    const fs::path output = fs::absolute(arguments.output).lexically_normal();
    MACAW_TRY(FolderLock lock, FolderLock::acquire(output, FolderLock::kPatience));
    MACAW_TRY(StepFolder step, StepFolder::begin("forms", output / config.name, {arguments.config},
                                                 {"yosys", "berkeley-abc", "sta"}));
    MACAW_TRY(auto libraries, load_libraries(config, output / "libraries" / config.name));
    MACAW_TRY(auto results, run_points(config, libraries, output / "points"));
    Table table = reports::form_table(results, libraries);
    std::string text = reports::form_markdown(config.title, results, libraries);
    MACAW_CHECK(table.write(step.path() / "forms.csv"));
    MACAW_CHECK(write_json(step.path() / "forms.json", table.json()));
    MACAW_CHECK(write_text(step.path() / "forms.md", text));
    MACAW_CHECK(step.finish(reports::form_metrics(results, libraries)));
    if (arguments.json)
        std::cout << table.json().dump(2) << "\n";
    else
        std::cout << text << "\nAll points: " << (output / config.name / "forms.csv").string() << "\n";
    for (const reports::FormResult& result : results)
        if (!result.failure.empty())
            return fail(ErrorKind::ToolFailed, "some points failed; their reasons stand in the table");
    return {};
}

}  // namespace

Outcome run_command(const FormsArguments& arguments) {
    auto config = reports::read_forms_config(arguments.config);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(forms(*config, arguments));
}

}  // namespace macaw::cli
