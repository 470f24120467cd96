// macaw results and macaw compare as a user meets them.
#include "golden/support/csv.hpp"
#include "testbench/support/cli/macaw_program.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/stored_point_example.hpp"

using namespace macaw;
using namespace macaw::testing;
namespace fs = std::filesystem;

namespace {

// An output folder with two sweeps and a point of macaw run.
struct RecordedFolder {
    ScratchFolder scratch;
    fs::path out = scratch.path() / "out";
    RecordedFolder() {
        const std::vector<reports::StoredPoint> points = {
            example_point("s", 16, 1e6), example_point("s", 20, 2e6), failed_point("s", "bad"),
            example_point("t", 16, 3e6), example_point("", 13, 4e6)};
        succeed(open_store(out).record(points));
    }
    std::string path(const std::string& name) const { return (scratch.path() / name).string(); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(results_command)

BOOST_AUTO_TEST_CASE(results_are_csv_by_default_and_can_be_narrowed_to_a_sweep) {
    RecordedFolder folder;
    ProcessResult result = macaw_program({"results", folder.out.string()});
    BOOST_TEST(result.exit_code == 0, result.output);
    BOOST_TEST(result.output.starts_with("sweep,point,state,failure,recorded,model,algorithm,"));
    const std::string file = folder.path("r.csv");
    BOOST_TEST(
        macaw_program({"results", (folder.out / "results.sqlite").string(), "--sweep", "s", "-o", file})
            .exit_code == 0);
    Table table = value_of(Table::read(file));
    BOOST_REQUIRE(table.rows().size() == 3U);
    BOOST_TEST(table.rows()[2][1] == "bad");
    BOOST_TEST(table.rows()[2][2] == "failed");
    result = macaw_program({"results", folder.out.string(), "--sweep", "", "--format", "json"});
    Json points = Json::parse(result.output).at("points");
    BOOST_REQUIRE(points.size() == 1U);
    BOOST_TEST(points[0].at("metrics").at("synth__area__um2").at("value") == 4e6);
}

BOOST_AUTO_TEST_CASE(accelergy_s_tables_go_into_a_folder_and_say_what_is_left_out) {
    RecordedFolder folder;
    ProcessResult result =
        macaw_program({"results", folder.out.string(), "--format", "accelergy", "-o", folder.path("tables")});
    BOOST_TEST(result.exit_code == 0, result.output);
    BOOST_TEST(contains(result.output, "note: s.bad has neither area nor energy and is left out"));
    BOOST_TEST(value_of(read_text(folder.path("tables/ERT.yaml"))).starts_with("ERT:\n"));
    BOOST_TEST(value_of(read_text(folder.path("tables/ART.yaml"))).starts_with("ART:\n"));
}

BOOST_AUTO_TEST_CASE(a_missing_database_a_file_of_another_kind_and_an_unknown_sweep_are_bad_input) {
    RecordedFolder folder;
    ProcessResult result = macaw_program({"results", folder.path("none")});
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(
        contains(result.output, "/none: error: does not exist\nhint: macaw run and macaw sweep write "));
    BOOST_TEST(!fs::exists(folder.path("none")));
    succeed(write_text(folder.path("text.sqlite"), "this is a text, not a database"));
    result = macaw_program({"results", folder.path("text.sqlite")});
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(contains(result.output, "text.sqlite: error: is not a SQLite database\nhint: "));
    result = macaw_program({"results", folder.out.string(), "--sweep", "u"});
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(contains(result.output, "has no point of the sweep \"u\"\nhint: sweeps: \"\", \"s\", \"t\""));
    BOOST_TEST(macaw_program({"results", folder.out.string(), "--format", "xml"}).exit_code == 2);
}

BOOST_AUTO_TEST_CASE(compare_shows_before_after_and_delta_and_ends_with_0) {
    RecordedFolder folder;
    const std::string out = folder.out.string();
    ProcessResult result = macaw_program({"compare", out + ":s/inner_bits_16", out + ":t/inner_bits_16"});
    BOOST_TEST(result.exit_code == 0, result.output);
    BOOST_TEST(contains(result.output, "before: " + out + ":s/inner_bits_16\n"));
    BOOST_TEST(contains(result.output, "1 000 000  3 000 000  +2 000 000     +200\n"), result.output);
    result = macaw_program({"compare", out + ":inner_bits_13", out + ":inner_bits_20", "--json"});
    BOOST_TEST(result.exit_code == 0, result.output);
    Json metrics = Json::parse(result.output).at("points").at(0).at("metrics");
    BOOST_TEST(metrics.at(2).at("key") == "synth__area__um2");
    BOOST_TEST(metrics.at(2).at("delta_percent") == -50.0);
    result = macaw_program({"compare", out, out});
    BOOST_TEST(result.exit_code == 0);
    BOOST_TEST(contains(result.output, "\ns/inner_bits_20\n"), result.output);
    BOOST_TEST(contains(result.output, "6 of 6 figures are equal"), result.output);
}

BOOST_AUTO_TEST_CASE(compare_of_something_that_is_not_there_is_bad_input_with_a_hint) {
    RecordedFolder folder;
    ProcessResult result = macaw_program({"compare", folder.out.string(), folder.path("none")});
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(contains(result.output, "/none: error: does not exist\nhint: the folder of a run with "));
    result = macaw_program({"compare", folder.out.string() + ":s/bad", folder.out.string()});
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(contains(result.output, "results.sqlite: error: point s/bad failed and has no figures"));
    BOOST_TEST(macaw_program({"compare", folder.out.string()}).exit_code == 2);
}

BOOST_AUTO_TEST_SUITE_END()
