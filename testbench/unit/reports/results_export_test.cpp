// The points of the database for other programs.
#include <yaml-cpp/yaml.h>

#include "reports/store/export.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/stored_point_example.hpp"

using namespace macaw;
using namespace macaw::reports;
using namespace macaw::testing;

namespace {

std::string cell_of(const Table& table, std::size_t row, const std::string& column) {
    auto found = std::ranges::find(table.columns(), column);
    BOOST_REQUIRE_MESSAGE(found != table.columns().end(), column);
    return table.rows().at(row).at(static_cast<std::size_t>(found - table.columns().begin()));
}

std::vector<StoredPoint> example_points() {
    return {example_point("s", 16, 1.5e6), failed_point("s", "bad"), example_point("", 13, 2e6)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(results_export)

BOOST_AUTO_TEST_CASE(the_table_has_a_row_a_point_and_columns_that_carry_their_unit) {
    ScratchFolder scratch;
    std::vector<StoredPoint> points = example_points();
    points[0].recorded = "2025-01-01T00:00:00Z";
    points[0].metrics[1].metric.value = nullptr;
    succeed(write_text(scratch.path() / "r.csv", results_table(points, ExportScope::All).text()));
    Table table = value_of(Table::read(scratch.path() / "r.csv"));
    BOOST_REQUIRE(table.rows().size() == 3U);
    const std::vector<std::pair<std::string, std::string>> cells = {{"sweep", "s"},
                                                                    {"point", "inner_bits_16"},
                                                                    {"state", "finished"},
                                                                    {"failure", ""},
                                                                    {"recorded", points[0].recorded},
                                                                    {"model", "tiny-books-llama"},
                                                                    {"inner_bits", "16"},
                                                                    {"library", "osu018"},
                                                                    {"clock_mhz", "100.5"},
                                                                    {"axis.inner_bits", "16"},
                                                                    {"synth__area__um2", "1500000.0"},
                                                                    {"model__ppl__datapath", ""},
                                                                    {"synth__recipe", "balanced"}};
    for (const auto& [column, value] : cells) BOOST_TEST(cell_of(table, 0, column) == value, column);
    BOOST_TEST(cell_of(table, 1, "state") == "failed");
    BOOST_TEST(cell_of(table, 1, "failure") == points[1].failure);  // two lines in one quoted cell
    BOOST_TEST(cell_of(table, 1, "synth__area__um2") == "");
    BOOST_TEST(cell_of(table, 2, "sweep") == "");
}

BOOST_AUTO_TEST_CASE(json_says_of_each_figure_how_it_was_obtained) {
    Json row = results_json(example_points(), ExportScope::All).at("points").at(0);
    BOOST_TEST((row.at("metrics").at("synth__area__um2") ==
                Json{{"value", 1.5e6}, {"unit", "um2"}, {"how", "Yosys 0.23"}, {"step", "synth"}}));
    BOOST_TEST((row.at("config") == example_config(16)));
    BOOST_TEST(row.at("steps").at(1).at("record").at("tools").at("yosys") == "Yosys 0.23");
    BOOST_TEST(row.at("settings").at("tile") == 64);
    BOOST_TEST(!row.contains("failure"));
    BOOST_TEST(results_json(example_points(), ExportScope::All).at("points").at(1).contains("failure"));
}

// What a second run of the same points on another machine gives.
BOOST_AUTO_TEST_CASE(values_are_equal_where_only_the_provenance_differs_and_differ_where_a_figure_does) {
    const std::vector<StoredPoint> first = example_points();
    std::vector<StoredPoint> second = first;
    for (StoredPoint& point : second) {
        point.recorded = "2030-01-01T00:00:00Z";
        point.config["model"] = "/elsewhere/tiny-books-llama";
        if (!point.failure.empty()) point.failure = "the same in other words";
        for (StoredStep& step : point.steps) step.record["machine"] = "another";
        for (StoredMetric& stored : point.metrics) {
            stored.metric.how += " 0.24";
            if (stored.metric.key == "cosim__speed__mac_per_s") stored.metric.value = 2e9;
        }
    }
    auto csv = [](const auto& points, ExportScope scope) { return results_table(points, scope).text(); };
    auto json = [](const auto& points, ExportScope scope) { return results_json(points, scope).dump(); };
    BOOST_TEST(csv(first, ExportScope::Values) == csv(second, ExportScope::Values));
    BOOST_TEST(json(first, ExportScope::Values) == json(second, ExportScope::Values));
    BOOST_TEST(csv(first, ExportScope::All) != csv(second, ExportScope::All));
    BOOST_TEST(json(first, ExportScope::All) != json(second, ExportScope::All));

    std::vector<StoredPoint> changed = first;
    changed[2].metrics[1].metric.value = std::nextafter(31.13, 32.0);
    BOOST_TEST(csv(first, ExportScope::Values) != csv(changed, ExportScope::Values));
    BOOST_TEST(json(first, ExportScope::Values) != json(changed, ExportScope::Values));
    changed = first;
    changed[0].failure = "it failed";
    BOOST_TEST(csv(first, ExportScope::Values) != csv(changed, ExportScope::Values));
    BOOST_TEST(csv(first, ExportScope::Values).find("cosim__speed") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(accelergy_gets_energy_per_action_and_area_per_component) {
    std::vector<StoredPoint> points = example_points();
    points[0].sweep = "a sweep [1..2].x";
    points[2].metrics[3].metric.value = 0.0000125;
    AccelergyTables tables = accelergy_tables(points);
    BOOST_TEST(tables.energy ==
               "ERT:\n  version: 0.4\n  tables:\n"
               "    - name: a_sweep__1__2__x.inner_bits_16\n      actions:\n        - name: compute\n"
               "          arguments: null\n          energy: 4.25\n"
               "    - name: inner_bits_13\n      actions:\n        - name: compute\n"
               "          arguments: null\n          energy: 0.0000125\n");
    BOOST_TEST(tables.area ==
               "ART:\n  version: 0.4\n  tables:\n"
               "    - name: a_sweep__1__2__x.inner_bits_16\n      area: 1500000.0\n"
               "    - name: inner_bits_13\n      area: 2000000.0\n");
    BOOST_REQUIRE(tables.left_out.size() == 1U);
    BOOST_TEST(tables.left_out[0] == "s.bad");
}

BOOST_AUTO_TEST_CASE(accelergy_s_tables_are_yaml_that_reads_back_equal) {
    AccelergyTables tables = accelergy_tables(example_points());
    YAML::Node energy = YAML::Load(tables.energy)["ERT"];
    YAML::Node area = YAML::Load(tables.area)["ART"];
    BOOST_TEST(energy["tables"].size() == 2U);
    BOOST_TEST(energy["tables"][0]["actions"][0]["energy"].as<double>() == 4.25);
    BOOST_TEST(energy["tables"][0]["actions"][0]["arguments"].IsNull());
    BOOST_TEST(area["tables"][1]["area"].as<double>() == 2e6);
    // No point at all is still a table.
    BOOST_TEST(YAML::Load(accelergy_tables({}).area)["ART"]["tables"].IsSequence());
}

BOOST_AUTO_TEST_SUITE_END()
