// The database of results: what is recorded is read back, a point replaces itself, and neither other writers
// nor a writer that is killed leave anything half.
#include "reports/store/result_store.hpp"

#include <thread>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testbench/support/files.hpp"
#include "testbench/support/stored_point_example.hpp"

using namespace macaw;
using namespace macaw::reports;
using namespace macaw::testing;
namespace fs = std::filesystem;

namespace {

Error error_of(const Expected<ResultStore>& store) {
    BOOST_REQUIRE(!store);
    return store.error();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(result_store)

BOOST_AUTO_TEST_CASE(points_are_read_back_as_they_were_recorded_in_the_order_of_the_sweep) {
    ScratchFolder scratch;
    ResultStore store = open_store(scratch.path() / "new" / "folder");
    const std::vector<StoredPoint> points = {example_point("s", 20, 2e6), example_point("s", 9, 1e6),
                                             failed_point("s", "bad"), example_point("", 13, 3e6)};
    succeed(store.record(points));
    std::vector<StoredPoint> read = value_of(store.points());
    BOOST_REQUIRE(read.size() == 4U);
    const std::array<std::size_t, 4> order = {3, 1, 0, 2};  // sweep '' first, then by position
    for (std::size_t i = 0; i < order.size(); ++i) check_equal(read[i], points[order[i]]);
    for (const StoredPoint& point : read) BOOST_TEST(point.recorded.size() == 20U, point.recorded);
    BOOST_TEST(value_of(store.points("s")).size() == 3U);
    BOOST_TEST(value_of(store.points("")).size() == 1U);
    BOOST_TEST(value_of(store.points("none")).empty());
    BOOST_TEST((value_of(store.sweeps()) == std::vector<std::string>{"", "s"}));
}

BOOST_AUTO_TEST_CASE(numbers_keep_their_kind_and_every_digit) {
    ScratchFolder scratch;
    ResultStore store = open_store(scratch.path());
    StoredPoint point = example_point("", 16, 1);
    point.metrics.clear();
    const std::vector<Json> values = {0,      -7, 9007199254740993, 0.1,    100.0, 1e300,
                                      5e-324, "", "wrap",           nullptr};
    for (std::size_t i = 0; i < values.size(); ++i)
        point.metrics.push_back({{"a__k" + std::to_string(i), values[i], ""}, ""});
    succeed(store.record({&point, 1}));
    check_equal(value_of(store.points())[0], point);
}

BOOST_AUTO_TEST_CASE(a_value_that_is_no_figure_is_refused_and_leaves_the_old_point) {
    ScratchFolder scratch;
    ResultStore store = open_store(scratch.path());
    StoredPoint point = example_point("s", 16, 1);
    succeed(store.record({&point, 1}));
    StoredPoint wrong = example_point("s", 16, 2);
    wrong.metrics.push_back({{"a__list", Json::array({1, 2}), ""}, ""});
    const std::vector<StoredPoint> both = {example_point("s", 20, 2), wrong};
    auto result = store.record(both);
    BOOST_REQUIRE(!result);
    BOOST_TEST(result.error().message.find("metric a__list is neither a number nor a text: [1,2]") !=
               std::string::npos);
    std::vector<StoredPoint> read = value_of(store.points());  // all or none: also the first one is not there
    BOOST_REQUIRE(read.size() == 1U);
    check_equal(read[0], point);
}

BOOST_AUTO_TEST_CASE(a_sweep_that_ended_removes_its_older_points_and_nothing_else) {
    ScratchFolder scratch;
    ResultStore store = open_store(scratch.path());
    const std::vector<StoredPoint> first = {example_point("s", 16, 1), example_point("s", 20, 2),
                                            example_point("other", 16, 3),
                                            example_point("s/candidates", 9, 4)};
    succeed(store.record(first));
    auto names = [&](const std::string& sweep) {
        std::string names;
        for (const StoredPoint& point : value_of(store.points(sweep))) names += point.name + " ";
        return names;
    };
    StoredPoint live = example_point("s", 24, 5);
    succeed(store.record({&live, 1}));  // as while a sweep runs
    BOOST_TEST(names("s") == "inner_bits_16 inner_bits_20 inner_bits_24 ");
    std::vector<StoredPoint> ended = {example_point("s", 20, 6), live};
    ended[1].metrics.push_back({{"a__list", Json::array(), ""}, ""});
    BOOST_TEST(!store.record_sweep("s", ended));
    BOOST_TEST(names("s") == "inner_bits_16 inner_bits_20 inner_bits_24 ");
    ended.pop_back();
    succeed(store.record_sweep("s", ended));
    BOOST_TEST(names("s") == "inner_bits_20 ");
    BOOST_TEST(names("other") == "inner_bits_16 ");
    BOOST_TEST(names("s/candidates") == "inner_bits_9 ");
    BOOST_TEST(asked(store.file(), "SELECT count(*) FROM metric WHERE point NOT IN (SELECT id FROM point)") ==
               0);
    ended[0].sweep = "other";
    BOOST_CHECK_THROW((void)store.record_sweep("s", ended), std::logic_error);
}

BOOST_AUTO_TEST_CASE(settings_inputs_and_tools_can_be_asked_for_by_hand) {
    ScratchFolder scratch;
    const fs::path file = scratch.path() / kResultsFile;
    {
        ResultStore store = open_store(scratch.path());
        StoredPoint point = example_point("s", 16, 1.5e6);
        point.config["synth"]["library"] = {"/x/a.lib", "b.lib.gz"};
        succeed(store.record({&point, 1}));
    }
    const std::vector<std::pair<std::string, Json>> columns = {{"model", "tiny-books-llama"},
                                                               {"algorithm", "optq"},
                                                               {"constraint_kind", "axe"},
                                                               {"weight_bits", 4},
                                                               {"activation_bits", 8},
                                                               {"tile", 64},
                                                               {"inner_bits", 16},
                                                               {"outer_bits", 20},
                                                               {"inner_overflow", "wrap"},
                                                               {"outer_overflow", "saturate"},
                                                               {"dataflow", "output_stationary"},
                                                               {"rows", 8},
                                                               {"columns", 4},
                                                               {"lanes", 16},
                                                               {"pipeline", "none"},
                                                               {"arithmetic", "structural"},
                                                               {"library", "a.lib+b.lib.gz"},
                                                               {"clock_mhz", 100.5}};
    BOOST_TEST(columns.size() == settings().size());
    for (const auto& [column, value] : columns)
        BOOST_TEST((asked(file, "SELECT " + column + " FROM point") == value), column);
    BOOST_TEST(asked(file,
                     "SELECT p.name FROM point p JOIN step_input i ON i.point = p.id WHERE i.path = 'a "
                     "''quoted'' path' AND i.sha256 LIKE 'bbbb%'") == "inner_bits_16");
    BOOST_TEST(asked(file, "SELECT version FROM step_tool WHERE program = 'yosys'") == "Yosys 0.23");
    BOOST_TEST(asked(file,
                     "SELECT record ->> 'seed' FROM step WHERE name = 'synth' AND seconds = 12.5 AND "
                     "peak_memory_kib = 204800 AND machine = '2 cores' AND macaw = '0.1.0' AND command "
                     "= 'macaw synth c.yaml'") == 7);
    BOOST_TEST(asked(file, "SELECT unit FROM metric WHERE key = 'synth__area__um2'") == "um2");
}

BOOST_AUTO_TEST_CASE(a_point_that_is_recorded_again_replaces_itself_and_no_other) {
    ScratchFolder scratch;
    ResultStore store = open_store(scratch.path());
    const std::vector<StoredPoint> first = {example_point("s", 16, 1), example_point("s", 20, 2),
                                            example_point("other", 16, 3)};
    succeed(store.record(first));
    StoredPoint again = failed_point("s", "inner_bits_16");
    again.position = 16;
    succeed(store.record({&again, 1}));
    std::vector<StoredPoint> read = value_of(store.points());
    BOOST_REQUIRE(read.size() == 3U);
    check_equal(read[0], first[2]);
    check_equal(read[1], again);
    check_equal(read[2], first[1]);
    // Nothing of the old one is left.
    for (const char* table : {"metric", "step", "step_input", "step_tool"})
        BOOST_TEST(
            asked(store.file(), fmt::format("SELECT count(*) FROM {} WHERE point NOT IN (SELECT id FROM "
                                            "point WHERE failure IS NULL)",
                                            table)) == 0,
            table);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_database_is_an_error_with_place_and_hint_and_stays_as_it_is) {
    ScratchFolder scratch;
    const fs::path file = scratch.path() / kResultsFile;
    const std::string text(5000, 'x');
    succeed(write_text(file, text));
    for (const Error& error :
         {error_of(ResultStore::open(file)), error_of(ResultStore::open_existing(scratch.path()))}) {
        BOOST_TEST(exit_code(error) == 2);
        BOOST_TEST(error.place.file == file.string());
        BOOST_TEST(error.message == "is not a SQLite database");
        BOOST_TEST(error.hint.starts_with("move it away"));
    }
    BOOST_TEST(value_of(read_text(file)) == text);
}

BOOST_AUTO_TEST_CASE(the_database_of_another_program_is_refused_and_stays_as_it_is) {
    ScratchFolder scratch;
    const fs::path file = scratch.path() / kResultsFile;
    succeed(open_database(file).execute("CREATE TABLE point (x); INSERT INTO point VALUES (42)"));
    for (const Error& error :
         {error_of(ResultStore::open(file)), error_of(ResultStore::open_existing(file))}) {
        BOOST_TEST(to_text(error) == file.string() +
                                         ": error: is a database, but not one of macaw's "
                                         "results\nhint: it was left as it is; move it away or choose "
                                         "another output folder with -o");
    }
    BOOST_TEST(asked(file, "SELECT x FROM point") == 42);
    BOOST_TEST(asked(file, "SELECT count(*) FROM sqlite_schema") == 1);
}

BOOST_AUTO_TEST_CASE(tables_of_another_version_and_missing_tables_are_refused) {
    ScratchFolder scratch;
    ResultStore store = open_store(scratch.path());
    succeed(open_database(store.file()).execute("PRAGMA user_version = 9"));
    auto newer = ResultStore::open(store.file());
    BOOST_REQUIRE(!newer);
    BOOST_TEST(newer.error().message == "has version 9 of the tables; this macaw knows 1");
    succeed(open_database(store.file())
                .execute("PRAGMA user_version = 1; DROP TABLE step_tool; DROP TABLE metric"));
    StoredPoint point = example_point("s", 16, 1);
    auto result = store.record({&point, 1});
    BOOST_REQUIRE(!result);
    BOOST_TEST(result.error().message.find("no such table: metric") != std::string::npos,
               result.error().message);
    BOOST_TEST(exit_code(result.error()) == 2);
}

BOOST_AUTO_TEST_CASE(a_damaged_database_is_an_error_and_no_crash) {
    ScratchFolder scratch;
    const fs::path file = scratch.path() / kResultsFile;
    {
        ResultStore store = open_store(scratch.path());
        for (int bits = 0; bits < 40; ++bits) {
            StoredPoint point = example_point("s", bits, bits);
            succeed(store.record({&point, 1}));
        }
    }
    std::string bytes = value_of(read_text(file));
    std::fill(bytes.begin() + 4096, bytes.end(), '\x7f');  // all pages but the first
    succeed(write_text(file, bytes));
    auto store = ResultStore::open_existing(file);
    auto points = store ? store->points() : tl::unexpected(store.error());
    BOOST_REQUIRE(!points);
    BOOST_TEST(points.error().message.starts_with("is damaged: "), points.error().message);
    BOOST_TEST(points.error().place.file == file.string());
}

BOOST_AUTO_TEST_CASE(a_missing_database_is_bad_input_and_is_not_made_by_a_reader) {
    ScratchFolder scratch;
    auto store = ResultStore::open_existing(scratch.path());
    BOOST_REQUIRE(!store);
    BOOST_TEST(exit_code(store.error()) == 2);
    BOOST_TEST(store.error().message == "does not exist");
    BOOST_TEST(store.error().place.file == (scratch.path() / kResultsFile).string());
    BOOST_TEST(!store.error().hint.empty());
    BOOST_TEST(!fs::exists(scratch.path() / kResultsFile));
}

BOOST_AUTO_TEST_CASE(the_queries_of_the_readme_run_and_its_table_names_every_setting) {
    ScratchFolder scratch;
    ResultStore store = open_store(scratch.path());
    StoredPoint point = example_point("inner_bits", 16, 1.5e6);
    succeed(store.record({&point, 1}));
    const std::string readme = value_of(read_text(source_folder() / "reports/store/README.md"));
    const std::string fence = "```sql\n";
    int blocks = 0;
    for (std::size_t at = readme.find(fence); at != std::string::npos; at = readme.find(fence, at)) {
        at += fence.size();
        std::size_t end = readme.find("```", at);
        succeed(open_database(store.file()).execute(readme.substr(at, end - at)));
        if (++blocks == 1)  // the first one finds the point
            BOOST_TEST(asked(store.file(), "SELECT count(*) FROM (" +
                                               readme.substr(at, readme.find(';', at) - at) + ")") == 1);
        at = end + 1;
    }
    BOOST_TEST(blocks == 3);
    for (const Setting& setting : settings())
        BOOST_TEST(readme.find("`" + std::string(setting.name) + "`") != std::string::npos, setting.name);
    BOOST_TEST(
        !open_database(store.file()).execute("SELECT nothing FROM point"));  // a wrong query is noticed
}

BOOST_AUTO_TEST_CASE(values_are_bound_and_never_read_as_sql) {
    ScratchFolder scratch;
    ResultStore store = open_store(scratch.path());
    StoredPoint point = example_point("'; DROP TABLE point; --", 16, 1);
    point.name = "\"x\" OR 1=1";
    succeed(store.record({&point, 1}));
    check_equal(value_of(store.points("'; DROP TABLE point; --"))[0], point);
    BOOST_TEST(value_of(store.points("x' OR '1'='1")).empty());
}

BOOST_AUTO_TEST_SUITE_END()
