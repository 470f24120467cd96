// See sqlite.hpp.
#include "reports/store/sqlite.hpp"

#include <utility>

#include <sqlite3.h>

namespace macaw::reports {
namespace fs = std::filesystem;

namespace {

constexpr const char* kRebuild =
    "move it away and run again: the folders of the steps hold all figures, and finished steps are not "
    "repeated";

Error error_of(sqlite3* connection, int code) {
    const char* name = sqlite3_db_filename(connection, "main");
    Place place{name != nullptr ? name : ""};
    std::string reason = sqlite3_errmsg(connection);
    switch (code & 0xff) {  // the primary code; the rest is detail
        case SQLITE_NOTADB:
            return {ErrorKind::BadInput, "is not a SQLite database", kRebuild, place};
        case SQLITE_CORRUPT:
            return {ErrorKind::BadInput, "is damaged: " + reason, kRebuild, place};
        case SQLITE_ERROR:
            return {ErrorKind::BadInput, "is not a database of results: " + reason, kRebuild, place};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorKind::System, "is in use by another program",
                    "wait until it ends, or close the transaction that is open there", place};
        case SQLITE_FULL:
            return {ErrorKind::System, "cannot be written: the disk is full", {}, place};
        default:
            return {ErrorKind::System, "cannot be read or written: " + reason,
                    "see whether the file and its folder may be written", place};
    }
}

Expected<void> checked(sqlite3* connection, int code) {
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return {};
    return fail(error_of(connection, code));
}

}  // namespace

Statement::Statement(sqlite3_stmt* statement) : statement_(statement, &sqlite3_finalize) {}

void Statement::require_count(int count) const {
    require(count == sqlite3_bind_parameter_count(statement_.get()),
            "Statement: another number of values than placeholders");
}

void Statement::bind_one(int index, std::string_view value) {
    require(sqlite3_bind_text64(statement_.get(), index, value.data(), value.size(), SQLITE_TRANSIENT,
                                SQLITE_UTF8) == SQLITE_OK,
            "Statement: a text that cannot be bound");
}

void Statement::bind_one(int index, std::int64_t value) {
    require(sqlite3_bind_int64(statement_.get(), index, value) == SQLITE_OK,
            "Statement: an integer that cannot be bound");
}

void Statement::bind_json(int index, const Json& value) {
    if (value.is_string()) return bind_one(index, std::string_view(value.get_ref<const std::string&>()));
    // Beyond 2^63 - 1 SQLite has no integers.
    bool integer = value.is_number_integer() &&
                   (!value.is_number_unsigned() || std::in_range<std::int64_t>(value.get<std::uint64_t>()));
    if (integer) return bind_one(index, value.get<std::int64_t>());
    require(value.is_number() || value.is_null(), "Statement: neither a number nor a text");
    int code = value.is_null() ? sqlite3_bind_null(statement_.get(), index)
                               : sqlite3_bind_double(statement_.get(), index, value.get<double>());
    require(code == SQLITE_OK, "Statement: a number that cannot be bound");
}

Expected<bool> Statement::step() {
    int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    Expected<void> result = checked(sqlite3_db_handle(statement_.get()), code);
    sqlite3_reset(statement_.get());
    if (!result) return tl::unexpected(result.error());
    return false;
}

Expected<void> Statement::finish() {
    for (;;) {
        MACAW_TRY(bool row, step());
        if (!row) return {};
    }
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
    const unsigned char* bytes = sqlite3_column_text(statement_.get(), column);
    if (bytes == nullptr) return {};
    return {reinterpret_cast<const char*>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Json Statement::number_or_text(int column) const {
    switch (sqlite3_column_type(statement_.get(), column)) {
        case SQLITE_INTEGER:
            return integer(column);
        case SQLITE_FLOAT:
            return sqlite3_column_double(statement_.get(), column);
        case SQLITE_NULL:
            return nullptr;
        default:
            return text(column);
    }
}

Database::Database(sqlite3* connection) : connection_(connection, &sqlite3_close_v2) {}

Expected<Database> Database::open(const fs::path& file, Mode mode, std::chrono::milliseconds wait) {
    // Also a reader opens for writing, where that is allowed: it may have to undo what a writer that was
    // killed left behind.
    int flags = SQLITE_OPEN_READWRITE | (mode == Mode::MakeIfMissing ? SQLITE_OPEN_CREATE : 0);
    sqlite3* connection = nullptr;
    int code = sqlite3_open_v2(file.c_str(), &connection, flags, nullptr);
    require(connection != nullptr, "SQLite has no memory for a connection");
    Database database(connection);
    if (auto result = checked(connection, code); !result)
        return fail(std::move(result).error().at({file.string()}));
    sqlite3_busy_timeout(connection, static_cast<int>(wait.count()));
    return database;
}

Expected<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    int code =
        sqlite3_prepare_v2(connection_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    MACAW_CHECK(checked(connection_.get(), code));
    return Statement(statement);
}

Expected<void> Database::execute(std::string_view script) {
    while (!script.empty()) {
        sqlite3_stmt* handle = nullptr;
        const char* rest = nullptr;
        int code = sqlite3_prepare_v2(connection_.get(), script.data(), static_cast<int>(script.size()),
                                      &handle, &rest);
        MACAW_CHECK(checked(connection_.get(), code));
        script.remove_prefix(static_cast<std::size_t>(rest - script.data()));
        if (handle == nullptr) continue;  // a comment or the white space at the end
        MACAW_CHECK(Statement(handle).run());
    }
    return {};
}

Expected<void> Database::transaction(TransactionKind kind, const std::function<Expected<void>()>& work) {
    struct RollBack {  // also where `work` throws; without a transaction it does nothing
        Database& database;
        ~RollBack() {
            if (sqlite3_get_autocommit(database.connection_.get()) == 0)
                static_cast<void>(database.execute("ROLLBACK"));
        }
    } roll_back{*this};
    MACAW_CHECK(execute(kind == TransactionKind::Write ? "BEGIN IMMEDIATE" : "BEGIN"));
    MACAW_CHECK(work());
    return execute("COMMIT");
}

Expected<std::int64_t> Database::pragma(std::string_view name) {
    MACAW_TRY(Statement statement, prepare(fmt::format("PRAGMA {}", name)));
    MACAW_TRY(bool row, statement.step());
    return row ? statement.integer(0) : 0;
}

}  // namespace macaw::reports
