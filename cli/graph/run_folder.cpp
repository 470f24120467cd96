#include "cli/graph/run_folder.hpp"

#include <utility>
#include <vector>

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

namespace {

// The links of a run's folder: its steps and, last, its report.
std::vector<std::pair<fs::path, fs::path>> links_of(const fs::path& folder, const PlannedRun& run) {
    std::vector<std::pair<fs::path, fs::path>> links;
    for (const PlannedStep& step : run.steps) links.emplace_back(folder / step.name, step.folder);
    links.emplace_back(folder / "report", run.report);
    return links;
}

}  // namespace

bool is_published(const fs::path& folder, const PlannedRun& run) {
    std::error_code problem;
    for (const auto& [link, target] : links_of(folder, run))
        if (fs::read_symlink(link, problem) != fs::relative(target, folder)) return false;
    return fs::exists(folder / "report.html");
}

Expected<void> publish_run(const fs::path& folder, const PlannedRun& run) {
    std::error_code problem;
    fs::remove(folder / "report", problem);  // until the last link stands, the folder is not published
    MACAW_TRY(reports::Publication parts, reports::Publication::begin(folder));
    fs::copy(run.report, parts.path(), fs::copy_options::recursive | fs::copy_options::overwrite_existing,
             problem);
    if (problem)
        return fail(
            Error{ErrorKind::System, "cannot be copied: " + problem.message(), {}, {run.report.string()}});
    MACAW_CHECK(parts.publish());
    for (const auto& [link, target] : links_of(folder, run)) {
        fs::remove(link, problem);
        fs::create_directory_symlink(fs::relative(target, folder), link, problem);
        if (problem)
            return fail(
                Error{ErrorKind::System, "cannot be linked: " + problem.message(), {}, {link.string()}});
    }
    return {};
}

}  // namespace macaw::cli
