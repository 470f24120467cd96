// See read_side.hpp.
#include "reports/compare/read_side.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "reports/store/result_store.hpp"

namespace macaw::reports {
namespace fs = std::filesystem;

namespace {

constexpr const char* kForms =
    "the folder of a run with metrics.json, an output folder with results.sqlite, or one of its points as "
    "FOLDER:[SWEEP/]POINT";

// metrics.json of a step ({key: {value, how}}) or of a report ({key: value}).
Expected<Metrics> read_figures(const fs::path& file) {
    MACAW_TRY(Json json, read_json(file));
    if (!json.is_object())
        return fail(Error{ErrorKind::BadInput, "is not an object of figures", kForms, {file.string()}});
    Metrics metrics;
    for (const auto& [key, entry] : json.items()) {
        const bool with_origin = entry.is_object() && entry.contains("value");
        const Json& value = with_origin ? entry.at("value") : entry;
        if (!value.is_number() && !value.is_string() && !value.is_null())
            return fail(Error{ErrorKind::BadInput,
                              fmt::format("\"{}\" is neither a number nor a text", key),
                              kForms,
                              {file.string()}});
        metrics.add(key, value, "");
    }
    return metrics;
}

std::string full_name(const StoredPoint& point) {
    return (point.sweep.empty() ? "" : point.sweep + "/") + point.name;
}

Metrics figures_of(const StoredPoint& point) {
    Metrics metrics;
    for (const StoredMetric& stored : point.metrics)
        metrics.add(stored.metric.key, stored.metric.value, stored.metric.how);
    return metrics;
}

Expected<Side> read_database(const fs::path& file, const std::string& label) {
    MACAW_TRY(ResultStore store, ResultStore::open_existing(file));
    MACAW_TRY(std::vector<StoredPoint> points, store.points());
    Side side{label, {}};
    for (const StoredPoint& point : points)
        if (point.failure.empty())
            side.points.emplace_back(full_name(point), figures_of(point));
        else
            side.failed.emplace_back(full_name(point), point.failure);
    if (side.points.empty())
        return fail(Error{ErrorKind::BadInput, "has no finished point", {}, {store.file().string()}});
    return side;
}

// The names of points for a hint.
std::string names_of(const std::vector<StoredPoint>& points) {
    constexpr std::size_t kMost = 10;
    std::string text;
    for (std::size_t i = 0; i < points.size() && i < kMost; ++i)
        text += (i > 0 ? ", " : "") + full_name(points[i]);
    return points.size() > kMost ? fmt::format("{} and {} more", text, points.size() - kMost) : text;
}

Expected<Side> read_point(const fs::path& database, const std::string& name, const std::string& label) {
    MACAW_TRY(ResultStore store, ResultStore::open_existing(database));
    MACAW_TRY(std::vector<StoredPoint> all, store.points());
    auto refused = [&](std::string message, std::string hint) {
        return fail(Error{ErrorKind::BadInput, std::move(message), std::move(hint), {store.file().string()}});
    };
    std::vector<StoredPoint> found;
    for (const StoredPoint& point : all)
        if (full_name(point) == name) found = {point};
    if (found.empty())
        std::ranges::copy_if(all, std::back_inserter(found),
                             [&](const StoredPoint& point) { return point.name == name; });
    if (found.empty()) return refused(fmt::format("has no point {}", name), "points: " + names_of(all));
    if (found.size() > 1)
        return refused(fmt::format("has several points {}", name), "name one of " + names_of(found));
    if (!found[0].failure.empty())
        return refused(fmt::format("point {} failed and has no figures: {}", name, found[0].failure), {});
    return Side{label, {{name, figures_of(found[0])}}, {}, true};
}

bool is_database(const fs::path& path) {
    std::error_code problem;
    return path.extension() == ".sqlite" ||
           (fs::is_directory(path, problem) && fs::exists(path / kResultsFile));
}

}  // namespace

Expected<Side> read_side(const std::string& text) {
    std::error_code problem;
    const fs::path path = text;
    if (fs::exists(path, problem)) {
        const bool folder = fs::is_directory(path, problem);
        const fs::path figures = folder ? path / "metrics.json" : path;
        if (is_database(path) && (!folder || !fs::exists(figures))) return read_database(path, text);
        if (folder && !fs::exists(figures))
            return fail(
                Error{ErrorKind::BadInput, "has neither metrics.json nor results.sqlite", kForms, {text}});
        MACAW_TRY(Metrics metrics, read_figures(figures));
        return Side{text, {{"", std::move(metrics)}}, {}, true};
    }
    if (std::size_t colon = text.rfind(':'); colon != std::string::npos)
        if (fs::path database = text.substr(0, colon); fs::exists(database, problem))
            return read_point(database, text.substr(colon + 1), text);
    return fail(Error{ErrorKind::BadInput, "does not exist", kForms, {text}});
}

}  // namespace macaw::reports
