// See publish.hpp.
#include "reports/html/publish.hpp"

#include <algorithm>
#include <vector>

namespace macaw::reports {
namespace fs = std::filesystem;

namespace {

Error system_error(const fs::path& path, const std::error_code& problem) {
    return Error{ErrorKind::System, "cannot be written: " + problem.message(), {}, {path.string()}};
}

// Subfolders, then files, then report.html; by name within each.
int rank_of(const fs::path& path) {
    if (fs::is_directory(path)) return 0;
    return path.filename() == "report.html" ? 2 : 1;
}

}  // namespace

Expected<Publication> Publication::begin(const fs::path& folder) {
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem) return fail(system_error(folder, problem));
    MACAW_TRY(OutputFolder parts, OutputFolder::create(folder / ".report"));
    return Publication(folder, std::move(parts));
}

Expected<fs::path> Publication::make_folder(const std::string& name) const {
    std::error_code problem;
    fs::create_directory(parts_ / name, problem);
    if (problem) return fail(system_error(parts_ / name, problem));
    return parts_ / name;
}

Expected<void> Publication::publish() {
    std::vector<fs::path> made;
    for (const fs::directory_entry& entry : fs::directory_iterator(parts_.path()))
        made.push_back(entry.path());
    std::ranges::sort(made, {}, [](const fs::path& path) { return std::pair(rank_of(path), path); });
    // The old page goes first: from here on there is either no report.html or one that matches its files.
    std::error_code problem;
    fs::remove(folder_ / "report.html", problem);
    for (const fs::path& from : made) {
        fs::path to = folder_ / from.filename();
        if (!problem && fs::is_directory(to)) fs::remove_all(to, problem);
        if (!problem) fs::rename(from, to, problem);
        if (problem) return fail(system_error(to, problem));
    }
    return {};
}

}  // namespace macaw::reports
