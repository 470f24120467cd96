// macaw report CONFIG --output FOLDER --step TITLE=FOLDER...: one page and the same data as CSV and JSON.
#include "reports/html/report.hpp"

#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/run_config.hpp"

namespace macaw::cli {

namespace {

Expected<std::vector<reports::ReportStep>> steps_of(const ReportArguments& arguments) {
    std::vector<reports::ReportStep> steps;
    for (const std::string& text : arguments.steps) {
        std::size_t equals = text.find('=');
        if (equals == std::string::npos)
            return fail(
                Error{ErrorKind::BadInput, fmt::format("--step {} is not TITLE=FOLDER", text), {}, {}});
        steps.push_back({text.substr(0, equals), text.substr(equals + 1)});
    }
    return steps;
}

Expected<void> report(const ReportArguments& arguments, const std::string& name) {
    MACAW_TRY(auto steps, steps_of(arguments));
    MACAW_TRY(std::string configuration, read_text(arguments.config));
    MACAW_TRY(OutputFolder folder, OutputFolder::create(arguments.output));
    MACAW_CHECK(reports::write_report({name, configuration, steps, folder.path()}));
    return folder.commit();
}

}  // namespace

Outcome run_command(const ReportArguments& arguments) {
    auto config = read_run_config(arguments.config);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(report(arguments, config->name));
}

}  // namespace macaw::cli
