// The database of results of an output folder, <folder>/results.sqlite: every design point that macaw run and
// macaw sweep finished there, or why it failed. The tables are documented in reports/templates/results.sql
// and may be queried with any SQLite client; reports/store/README.md has examples.
//
//     point       sweep, name -> configuration as JSON and in columns; failure; time of recording
//     metric      point, key -> value, unit, how it was obtained, step
//     step        point, name -> command, versions, machine, time, step.json as a whole
//     step_input  point, step, path -> SHA-256
//     step_tool   point, step, program -> version
//
// A point that is recorded again replaces itself. Points are recorded whole or not at all, by any number of
// processes at a time. Points that a sweep no longer has go when the sweep ends, not while it runs.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reports/store/sqlite.hpp"
#include "reports/store/stored_point.hpp"

namespace macaw::reports {

inline constexpr const char* kResultsFile = "results.sqlite";

class ResultStore {
  public:
    static constexpr std::chrono::milliseconds kWait = std::chrono::seconds(60);

    // Makes the database, and its folder, where there is none. Errors: a file that is no database or that of
    // another program or of a newer macaw; it is not touched.
    static Expected<ResultStore> open(const std::filesystem::path& file,
                                      std::chrono::milliseconds wait = kWait);
    // The database itself, or that of a folder. Errors: as above, and a file that is missing.
    static Expected<ResultStore> open_existing(const std::filesystem::path& file_or_folder,
                                               std::chrono::milliseconds wait = kWait);

    // All of them or none. Errors: another program that writes for longer than `wait`, a value that is
    // neither a number nor a text, a disk that is full.
    Expected<void> record(std::span<const StoredPoint> points);
    // The points of a sweep that has ended: also removes all others of this sweep, in the same transaction.
    // Errors: as above, and nothing is removed.
    Expected<void> record_sweep(const std::string& sweep, std::span<const StoredPoint> points);

    // Ordered by sweep, position and name: the order does not depend on when they were recorded.
    Expected<std::vector<StoredPoint>> points(const std::optional<std::string>& sweep = {});
    Expected<std::vector<std::string>> sweeps();

    const std::filesystem::path& file() const { return file_; }

  private:
    ResultStore(std::filesystem::path file, Database database)
        : file_(std::move(file)), database_(std::move(database)) {}
    Expected<void> check_owner();
    Expected<void> write(const StoredPoint& point);
    Expected<void> read_details(std::int64_t id, StoredPoint& point);
    Expected<Json> parsed(const std::string& text, const std::string& what) const;

    std::filesystem::path file_;
    Database database_;
};

}  // namespace macaw::reports
