// Other writers, and writers that are killed: neither leaves anything half in the database of results.
#include <thread>

#include <signal.h>

#include "reports/store/result_store.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/stored_point_example.hpp"

using namespace macaw;
using namespace macaw::reports;
using namespace macaw::testing;
namespace fs = std::filesystem;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(result_store_writers)

BOOST_AUTO_TEST_CASE(several_processes_may_write_the_same_database_at_once_from_its_making_on) {
    ScratchFolder scratch;
    constexpr int kWriters = 4;
    constexpr int kPoints = 12;
    std::vector<pid_t> children;
    for (int writer = 0; writer < kWriters; ++writer)
        children.push_back(in_child([&] {
            auto store = ResultStore::open(scratch.path() / kResultsFile);
            if (!store) ::_exit(1);
            for (int i = 0; i < kPoints; ++i) {
                const std::vector<StoredPoint> points = {
                    example_point("writer" + std::to_string(writer), i, writer),
                    example_point("shared", 16, writer)};
                if (!store->record(points)) ::_exit(2);
            }
        }));
    for (pid_t child : children) BOOST_TEST(exit_code_of(child) == 0);
    ResultStore store = open_store(scratch.path());
    std::vector<StoredPoint> read = value_of(store.points());
    BOOST_REQUIRE(read.size() == kWriters * kPoints + 1U);
    for (const StoredPoint& point : read) {
        StoredPoint expected = point.sweep == "shared"
                                   ? example_point("shared", 16, point.metrics[2].metric.value.get<double>())
                                   : example_point(point.sweep, point.position, point.sweep.back() - '0');
        check_equal(point, expected);
    }
    BOOST_TEST(asked(store.file(), "PRAGMA integrity_check") == "ok");
}

// The control of the test above: without patience the lock of another writer is an error, and nothing is
// lost.
BOOST_AUTO_TEST_CASE(a_writer_that_may_not_wait_is_told_that_another_one_writes) {
    ScratchFolder scratch;
    ResultStore store = open_store(scratch.path(), 0ms);
    StoredPoint point = example_point("s", 16, 1);
    Database other = open_database(store.file());
    succeed(other.transaction(TransactionKind::Write, [&]() -> Expected<void> {
        auto result = store.record({&point, 1});
        BOOST_REQUIRE(!result);
        BOOST_TEST(
            to_text(result.error()).find("results.sqlite: error: is in use by another program\nhint: ") !=
            std::string::npos);
        BOOST_TEST(exit_code(result.error()) == 5);
        return {};
    }));
    succeed(store.record({&point, 1}));
    BOOST_TEST(value_of(store.points()).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_reader_sees_one_state_while_others_write) {
    ScratchFolder scratch;
    ResultStore store = open_store(scratch.path());
    StoredPoint point = example_point("s", 16, 0);
    succeed(store.record({&point, 1}));
    pid_t writer = in_child([&] {
        auto own = ResultStore::open(scratch.path() / kResultsFile);
        for (int i = 0; own && i < 40; ++i) {
            const std::vector<StoredPoint> both = {example_point("s", 16, i), example_point("s", 20, i)};
            if (!own->record(both)) ::_exit(1);
        }
    });
    for (int look = 0; look < 40; ++look) {
        std::vector<StoredPoint> read = value_of(store.points());
        for (const StoredPoint& one : read) BOOST_TEST(one.metrics.size() == 6U);
        if (read.size() == 2U)
            BOOST_TEST((read[0].metrics[2].metric.value == read[1].metrics[2].metric.value));
    }
    BOOST_TEST(exit_code_of(writer) == 0);
}

BOOST_AUTO_TEST_CASE(a_writer_that_is_killed_at_any_time_leaves_whole_points) {
    ScratchFolder scratch;
    ResultStore store = open_store(scratch.path());
    int recorded = 0;
    for (int kill = 0; kill < 25; ++kill) {
        pid_t child = in_child([&] {
            auto own = ResultStore::open(scratch.path() / kResultsFile);
            for (int i = 0; own; ++i) {
                const std::vector<StoredPoint> both = {example_point("s", 16, i), example_point("s", 20, i)};
                static_cast<void>(own->record(both));
            }
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(3 + 2 * kill));
        ::kill(child, SIGKILL);
        BOOST_TEST(exit_code_of(child) == 128 + SIGKILL);
        std::vector<StoredPoint> read = value_of(store.points());
        BOOST_TEST((read.empty() || read.size() == 2U));
        if (read.empty()) continue;
        ++recorded;
        for (const StoredPoint& one : read)
            check_equal(one, example_point("s", one.position, read[0].metrics[2].metric.value.get<double>()));
        BOOST_TEST(asked(store.file(), "PRAGMA integrity_check") == "ok");
    }
    BOOST_TEST(recorded > 0);
}

// A transaction so large that SQLite writes into the file before it is complete, killed there.
void die_in_the_middle(const fs::path& file) {
    pid_t child = in_child([&] {
        auto database = Database::open(file, Database::Mode::Existing, 0ms);
        static_cast<void>(database->transaction(TransactionKind::Write, [&]() -> Expected<void> {
            MACAW_CHECK(database->execute("PRAGMA cache_size = 10"));
            MACAW_CHECK(database->execute("UPDATE metric SET value = 'half'"));
            MACAW_CHECK(database->execute("UPDATE point SET config = zeroblob(4000000) || ''"));
            MACAW_CHECK(database->execute("UPDATE metric SET how = hex(zeroblob(100000))"));
            ::kill(::getpid(), SIGKILL);
            return {};
        }));
    });
    BOOST_TEST(exit_code_of(child) == 128 + SIGKILL);
}

BOOST_AUTO_TEST_CASE(a_transaction_that_was_interrupted_on_disk_is_undone_by_the_next_reader) {
    ScratchFolder scratch;
    StoredPoint point = example_point("s", 16, 1);
    succeed(open_store(scratch.path()).record({&point, 1}));
    const fs::path file = scratch.path() / kResultsFile;
    const fs::path journal = file.string() + "-journal";
    die_in_the_middle(file);
    BOOST_TEST(fs::exists(journal));
    ResultStore store = value_of(ResultStore::open_existing(scratch.path()));
    check_equal(value_of(store.points())[0], point);
    BOOST_TEST(asked(file, "PRAGMA integrity_check") == "ok");

    // The control: the interruption did reach the file; only its journal made it whole again.
    die_in_the_middle(file);
    fs::remove(journal);
    auto without = ResultStore::open_existing(scratch.path());
    auto read = without ? without->points() : tl::unexpected(without.error());
    BOOST_TEST((!read || read->size() != 1U || read->at(0).config != point.config ||
                read->at(0).metrics.size() != 6U || read->at(0).metrics[2].metric.value != 1.0));
}

BOOST_AUTO_TEST_SUITE_END()
