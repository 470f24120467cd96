// See result_store.hpp.
#include "reports/store/result_store.hpp"

#include "embedded/reports_templates.hpp"
#include "reports/html/label.hpp"

namespace macaw::reports {
namespace fs = std::filesystem;

namespace {

// In the header of the file (PRAGMA application_id): "maca". SQLite's own default is 0.
constexpr std::int64_t kApplication = 0x6d616361;
constexpr std::int64_t kVersion = 1;  // of the tables (PRAGMA user_version)

Expected<void> make_tables(Database& database) {
    return database.transaction(TransactionKind::Write, [&]() -> Expected<void> {
        // Another process may have been faster.
        MACAW_TRY(std::int64_t application, database.pragma("application_id"));
        MACAW_TRY(Statement tables, database.prepare("SELECT 1 FROM sqlite_schema"));
        MACAW_TRY(bool has_tables, tables.step());
        if (application != 0 || has_tables) return {};
        MACAW_CHECK(database.execute(embedded::reports_results_sql));
        MACAW_CHECK(database.execute(fmt::format("PRAGMA user_version = {}", kVersion)));
        return database.execute(fmt::format("PRAGMA application_id = {}", kApplication));
    });
}

// A member of step.json, or null.
Json member(const Json& record, const char* key) {
    return record.is_object() && record.contains(key) ? record.at(key) : Json();
}

Json member_text(const Json& record, const char* key) {
    Json value = member(record, key);
    return value.is_string() ? value : Json();
}

Json member_number(const Json& record, const char* key) {
    Json value = member(record, key);
    return value.is_number() ? value : Json();
}

// {path: hash}, {program: version}: a row each.
Expected<void> write_pairs(Statement& insert, std::int64_t point, const std::string& step,
                           const Json& pairs) {
    if (!pairs.is_object()) return {};
    for (const auto& [key, value] : pairs.items())
        MACAW_CHECK(
            insert.run(point, step, key, value.is_string() ? value.get<std::string>() : value.dump()));
    return {};
}

Expected<void> write_steps(Database& database, std::int64_t id, const StoredPoint& point) {
    MACAW_TRY(Statement insert, database.prepare("INSERT INTO step (point, name, position, folder, command, "
                                                 "macaw, machine, seconds, peak_memory_kib, record) VALUES "
                                                 "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"));
    MACAW_TRY(Statement input, database.prepare("INSERT INTO step_input (point, step, path, sha256) VALUES "
                                                "(?1, ?2, ?3, ?4)"));
    MACAW_TRY(Statement tool, database.prepare("INSERT INTO step_tool (point, step, program, version) VALUES "
                                               "(?1, ?2, ?3, ?4)"));
    std::int64_t position = 0;
    for (const StoredStep& step : point.steps) {
        const Json& record = step.record;
        MACAW_CHECK(insert.run(id, step.name, position++, step.folder, member_text(record, "command"),
                               member_text(record, "macaw"), member_text(record, "machine"),
                               member_number(record, "seconds"), member_number(record, "peak_memory_kib"),
                               record.dump()));
        MACAW_CHECK(write_pairs(input, id, step.name, member(record, "inputs")));
        MACAW_CHECK(write_pairs(tool, id, step.name, member(record, "tools")));
    }
    return {};
}

Expected<void> write_metrics(Database& database, std::int64_t id, const StoredPoint& point) {
    MACAW_TRY(Statement insert, database.prepare("INSERT INTO metric (point, position, key, value, unit, "
                                                 "how, step) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
    std::int64_t position = 0;
    for (const auto& [metric, step] : point.metrics) {
        if (!metric.value.is_number() && !metric.value.is_string() && !metric.value.is_null())
            return fail(ErrorKind::BadInput, "point {}: metric {} is neither a number nor a text: {}",
                        point.name, metric.key, metric.value.dump());
        MACAW_CHECK(insert.run(id, position++, metric.key, metric.value,
                               unit_of(metric.key, Medium::Terminal), metric.how, step));
    }
    return {};
}

// The columns of `point` for settings are filled by their names.
std::string insert_point_sql() {
    std::string columns = "sweep, name, position, scope, axes, failure, config, recorded";
    std::string values = "?1, ?2, ?3, ?4, ?5, ?6, ?7, strftime('%Y-%m-%dT%H:%M:%SZ', 'now')";
    for (const Setting& setting : settings()) {
        columns += fmt::format(", {}", setting.name);
        // The values are read from the configuration once, in C++, and given as one JSON object.
        values += fmt::format(", ?8 ->> '{}'", setting.name);
    }
    return fmt::format("INSERT INTO point ({}) VALUES ({})", columns, values);
}

}  // namespace

Expected<ResultStore> ResultStore::open(const fs::path& file, std::chrono::milliseconds wait) {
    std::error_code problem;
    if (file.has_parent_path()) fs::create_directories(file.parent_path(), problem);
    if (problem)
        return fail(Error{
            ErrorKind::System, "cannot be made: " + problem.message(), {}, {file.parent_path().string()}});
    MACAW_TRY(Database database, Database::open(file, Database::Mode::MakeIfMissing, wait));
    ResultStore store(file, std::move(database));
    MACAW_TRY(std::int64_t application, store.database_.pragma("application_id"));
    if (application == 0) MACAW_CHECK(make_tables(store.database_));
    MACAW_CHECK(store.check_owner());
    return store;
}

Expected<ResultStore> ResultStore::open_existing(const fs::path& file_or_folder,
                                                 std::chrono::milliseconds wait) {
    std::error_code problem;
    const bool folder = fs::is_directory(file_or_folder, problem);
    const fs::path file = folder ? file_or_folder / kResultsFile : file_or_folder;
    if (!fs::exists(file, problem))
        return fail(Error{
            ErrorKind::BadInput,
            "does not exist",
            fmt::format("macaw run and macaw sweep write {} into their output folder (-o)", kResultsFile),
            {file.string()}});
    MACAW_TRY(Database database, Database::open(file, Database::Mode::Existing, wait));
    ResultStore store(file, std::move(database));
    MACAW_CHECK(store.check_owner());
    return store;
}

Expected<void> ResultStore::check_owner() {
    MACAW_TRY(std::int64_t application, database_.pragma("application_id"));
    MACAW_TRY(std::int64_t version, database_.pragma("user_version"));
    if (application != kApplication)
        return fail(Error{ErrorKind::BadInput,
                          "is a database, but not one of macaw's results",
                          "it was left as it is; move it away or choose another output folder with -o",
                          {file_.string()}});
    if (version != kVersion)
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("has version {} of the tables; this macaw knows {}", version, kVersion),
                          "use the macaw that wrote it, or move it away and run again",
                          {file_.string()}});
    return database_.execute("PRAGMA foreign_keys = ON");  // a setting of the connection
}

Expected<void> ResultStore::record(std::span<const StoredPoint> points) {
    return database_.transaction(TransactionKind::Write, [&]() -> Expected<void> {
        for (const StoredPoint& point : points) MACAW_CHECK(write(point));
        return {};
    });
}

Expected<void> ResultStore::record_sweep(const std::string& sweep, std::span<const StoredPoint> points) {
    for (const StoredPoint& point : points)
        require(point.sweep == sweep, "record_sweep: a point of another sweep");
    return database_.transaction(TransactionKind::Write, [&]() -> Expected<void> {
        MACAW_TRY(Statement remove, database_.prepare("DELETE FROM point WHERE sweep = ?1"));
        MACAW_CHECK(remove.run(sweep));
        for (const StoredPoint& point : points) MACAW_CHECK(write(point));
        return {};
    });
}

Expected<void> ResultStore::write(const StoredPoint& point) {
    MACAW_TRY(Statement remove, database_.prepare("DELETE FROM point WHERE sweep = ?1 AND name = ?2"));
    MACAW_CHECK(remove.run(point.sweep, point.name));
    Json axes = Json::object();
    for (const auto& [axis, value] : point.axes) axes[axis] = value;
    Json columns = Json::object();
    for (const Setting& setting : settings())
        columns[std::string(setting.name)] = setting_of(point.config, setting);
    MACAW_TRY(Statement insert, database_.prepare(insert_point_sql()));
    MACAW_CHECK(insert.run(point.sweep, point.name, point.position, point.scope, axes.dump(),
                           point.failure.empty() ? Json() : Json(point.failure), point.config.dump(),
                           columns.dump()));
    MACAW_TRY(Statement last, database_.prepare("SELECT last_insert_rowid()"));
    MACAW_TRY([[maybe_unused]] bool row, last.step());
    const std::int64_t id = last.integer(0);
    MACAW_CHECK(write_metrics(database_, id, point));
    return write_steps(database_, id, point);
}

Expected<Json> ResultStore::parsed(const std::string& text, const std::string& what) const {
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded())
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("{} is not valid JSON", what),
                          "somebody changed it by hand; run again to have it recorded again",
                          {file_.string()}});
    return json;
}

Expected<void> ResultStore::read_details(std::int64_t id, StoredPoint& point) {
    MACAW_TRY(Statement metrics,
              database_.prepare("SELECT key, value, how, step FROM metric WHERE point = ?1 "
                                "ORDER BY position"));
    metrics.bind(id);
    for (;;) {
        MACAW_TRY(bool row, metrics.step());
        if (!row) break;
        point.metrics.push_back(
            {{metrics.text(0), metrics.number_or_text(1), metrics.text(2)}, metrics.text(3)});
    }
    MACAW_TRY(Statement steps,
              database_.prepare("SELECT name, folder, record FROM step WHERE point = ?1 ORDER BY position"));
    steps.bind(id);
    for (;;) {
        MACAW_TRY(bool row, steps.step());
        if (!row) return {};
        const std::string name = steps.text(0);
        MACAW_TRY(Json record, parsed(steps.text(2), fmt::format("step {} of point {}", name, point.name)));
        point.steps.push_back({name, steps.text(1), std::move(record)});
    }
}

Expected<std::vector<StoredPoint>> ResultStore::points(const std::optional<std::string>& sweep) {
    std::vector<StoredPoint> points;
    auto read = [&]() -> Expected<void> {
        MACAW_TRY(Statement rows, database_.prepare("SELECT id, sweep, name, position, scope, axes, failure, "
                                                    "config, recorded FROM point WHERE ?1 IS NULL OR sweep = "
                                                    "?1 ORDER BY sweep, position, name"));
        rows.bind(sweep ? Json(*sweep) : Json());
        for (;;) {
            MACAW_TRY(bool row, rows.step());
            if (!row) return {};
            StoredPoint point{rows.text(1), rows.text(2), static_cast<int>(rows.integer(3)),
                              rows.text(4), {},           {},
                              rows.text(6), {},           {},
                              rows.text(8)};
            MACAW_TRY(Json axes, parsed(rows.text(5), "the axes of point " + point.name));
            for (const auto& [axis, value] : axes.items())
                point.axes.emplace_back(axis, value.is_string() ? value.get<std::string>() : value.dump());
            MACAW_TRY(point.config, parsed(rows.text(7), "the configuration of point " + point.name));
            MACAW_CHECK(read_details(rows.integer(0), point));
            points.push_back(std::move(point));
        }
    };
    MACAW_CHECK(database_.transaction(TransactionKind::Read, read));
    return points;
}

Expected<std::vector<std::string>> ResultStore::sweeps() {
    std::vector<std::string> names;
    MACAW_TRY(Statement rows, database_.prepare("SELECT DISTINCT sweep FROM point ORDER BY sweep"));
    for (;;) {
        MACAW_TRY(bool row, rows.step());
        if (!row) return names;
        names.push_back(rows.text(0));
    }
}

}  // namespace macaw::reports
