#include "cli/graph/run_folder.hpp"

#include "reports/html/publish.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

Expected<fs::path> write_run_config(const fs::path& folder, const RunConfig& config) {
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem)
        return fail(Error{ErrorKind::System, "cannot be made: " + problem.message(), {}, {folder.string()}});
    fs::path file = folder / "config.json";
    MACAW_CHECK(write_json(file, to_json(config)));
    return file;
}

Expected<void> publish_run(const fs::path& folder, const PlannedRun& run) {
    std::error_code problem;
    for (const PlannedStep& step : run.steps) {
        fs::path link = folder / step.name;
        fs::remove(link, problem);
        fs::create_directory_symlink(fs::relative(step.folder, folder), link, problem);
        if (problem)
            return fail(
                Error{ErrorKind::System, "cannot be linked: " + problem.message(), {}, {link.string()}});
    }
    MACAW_TRY(reports::Publication parts, reports::Publication::begin(folder));
    fs::copy(run.report, parts.path(), fs::copy_options::recursive | fs::copy_options::overwrite_existing,
             problem);
    if (problem)
        return fail(
            Error{ErrorKind::System, "cannot be copied: " + problem.message(), {}, {run.report.string()}});
    return parts.publish();
}

}  // namespace macaw::cli
