// See step.hpp.
#include "reports/html/step.hpp"

#include <algorithm>
#include <map>

#include "reports/html/markup.hpp"

namespace macaw::reports {
namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kLongestText = 256 * 1024;  // bytes of a text file that is shown

Expected<std::vector<fs::path>> files_of(const fs::path& folder) {
    std::error_code problem;
    if (!fs::is_directory(folder, problem))
        return fail(Error{ErrorKind::BadInput,
                          "is not the folder of a step",
                          "the step has not been run yet",
                          {folder.string()}});
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, problem))
        if (entry.is_regular_file()) files.push_back(entry.path());
    if (problem)
        return fail(Error{ErrorKind::System, "cannot be read: " + problem.message(), {}, {folder.string()}});
    std::ranges::sort(files);
    return files;
}

Error unfinished(Error error) {
    if (error.hint.empty())
        error.hint = "every finished step leaves metrics.json and step.json; run the step again";
    return error;
}

Expected<LoadedStep> load_step(const ReportStep& step) {
    LoadedStep loaded;
    loaded.title = step.title;
    loaded.folder = step.folder;
    MACAW_TRY(std::vector<fs::path> files, files_of(step.folder));
    auto metrics = Metrics::read(step.folder / "metrics.json");
    if (!metrics) return fail(unfinished(metrics.error()));
    loaded.metrics = std::move(*metrics);
    auto record = read_json(step.folder / "step.json");
    if (!record) return fail(unfinished(record.error()));
    loaded.record = std::move(*record);
    MACAW_TRY(auto name, json_member<std::string>(loaded.record, "step", step.folder / "step.json"));
    loaded.id = slug(name);
    for (const fs::path& file : files) {
        if (file.extension() == ".csv") {
            MACAW_TRY(Table table, Table::read(file));
            loaded.tables.push_back({file.filename().string(), file, std::move(table)});
        } else if (file.extension() == ".txt") {
            std::error_code ignored;
            if (fs::file_size(file, ignored) > kLongestText) continue;
            MACAW_TRY(std::string text, read_text(file));
            loaded.texts.push_back({file.filename().string(), std::move(text)});
        }
    }
    return loaded;
}

// A figure that two steps give (the configured widths, say) must be the same in both.
Expected<void> check_repeated(const std::vector<LoadedStep>& earlier, const LoadedStep& step,
                              const fs::path& file) {
    for (const Metric& metric : step.metrics.all())
        for (const LoadedStep& other : earlier)
            if (const Metric* same = other.metrics.find(metric.key);
                same != nullptr && same->value != metric.value)
                return fail(
                    Error{ErrorKind::BadInput,
                          fmt::format("metric {} is {}, but it is different in the step \"{}\": {}",
                                      metric.key, metric.value.dump(), other.title, same->value.dump()),
                          {},
                          {file.string()}});
    return {};
}

}  // namespace

Expected<std::vector<LoadedStep>> load_steps(const std::vector<ReportStep>& steps) {
    std::vector<LoadedStep> loaded;
    std::map<std::string, int> uses;  // id -> steps so far
    for (const ReportStep& step : steps) {
        MACAW_TRY(LoadedStep one, load_step(step));
        MACAW_CHECK(check_repeated(loaded, one, step.folder / "metrics.json"));
        if (int use = ++uses[one.id]; use > 1) one.id += fmt::format("-{}", use);
        loaded.push_back(std::move(one));
    }
    return loaded;
}

Metrics metrics_of(const std::vector<LoadedStep>& steps) {
    Metrics all;
    for (const LoadedStep& step : steps)
        for (const Metric& metric : step.metrics.all())
            if (all.find(metric.key) == nullptr) all.add(metric.key, metric.value, metric.how);
    return all;
}

}  // namespace macaw::reports
