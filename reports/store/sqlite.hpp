// A thin wrapper of libsqlite3: what can fail because of a file or the machine is an Error with the file as
// its place; what can fail only because of us (a wrong number of values) throws. Every statement is prepared;
// values are bound, never pasted into SQL.
//
// One connection belongs to one thread; several connections, also of several processes, may use one file.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "golden/support/error.hpp"
#include "golden/support/file.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace macaw::reports {

class Statement {
  public:
    // The values of ?1, ?2, ... of the next execution. JSON numbers, texts and null only.
    template <typename... Values>
    void bind(const Values&... values) {
        int index = 0;
        (bind_one(++index, values), ...);
        require_count(index);
    }
    // True: there is a row. False: the end; the statement may be bound and executed again.
    Expected<bool> step();
    // Executes with these values, to the end.
    template <typename... Values>
    Expected<void> run(const Values&... values) {
        bind(values...);
        return finish();
    }

    // Of the current row; columns from 0.
    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    std::string text(int column) const;  // empty where NULL
    Json number_or_text(int column) const;

  private:
    friend class Database;
    explicit Statement(sqlite3_stmt* statement);
    void bind_one(int index, std::string_view value);
    void bind_one(int index, std::int64_t value);
    // A template, so that no other type turns into a Json on its way.
    template <std::same_as<Json> Value>
    void bind_one(int index, const Value& value) {
        bind_json(index, value);
    }
    void bind_json(int index, const Json& value);
    void require_count(int count) const;
    Expected<void> finish();

    std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement_;
};

// Read: what is read belongs to one state of the database. Write: nobody else writes meanwhile.
enum class TransactionKind { Read, Write };

class Database {
  public:
    enum class Mode { Existing, MakeIfMissing };
    // `wait`: how long to wait for others who write. A file that is no database is noticed by the first use.
    static Expected<Database> open(const std::filesystem::path& file, Mode mode,
                                   std::chrono::milliseconds wait);

    Expected<Statement> prepare(std::string_view sql);
    // Several statements without values, one after the other.
    Expected<void> execute(std::string_view script);
    // The work's changes appear together when it has succeeded, or not at all: whatever it returns, throws,
    // or whether the process dies.
    Expected<void> transaction(TransactionKind kind, const std::function<Expected<void>()>& work);

    // PRAGMA user_version, PRAGMA application_id: free for the owner of the file.
    Expected<std::int64_t> pragma(std::string_view name);

  private:
    explicit Database(sqlite3* connection);
    std::unique_ptr<sqlite3, int (*)(sqlite3*)> connection_;
};

}  // namespace macaw::reports
