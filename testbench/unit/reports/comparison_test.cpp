// Before, after, delta.
#include "reports/compare/comparison.hpp"

#include "reports/compare/read_side.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/stored_point_example.hpp"

using namespace macaw;
using namespace macaw::reports;
using namespace macaw::testing;
namespace fs = std::filesystem;

namespace {

Metrics metrics_of(const Json& values) {
    Metrics metrics;
    for (const auto& [key, value] : values.items()) metrics.add(key, value, "");
    return metrics;
}

std::string error_of(const std::string& side) {
    auto result = read_side(side);
    BOOST_REQUIRE(!result);
    BOOST_TEST(exit_code(result.error()) == 2);
    return to_text(result.error());
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

fs::path example_database(const fs::path& folder) {
    ResultStore store = value_of(ResultStore::open(folder / kResultsFile));
    const std::vector<StoredPoint> points = {example_point("s", 16, 1e6), example_point("s", 20, 2e6),
                                             example_point("t", 16, 3e6), failed_point("s", "bad")};
    succeed(store.record(points));
    return folder;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(comparison)

BOOST_AUTO_TEST_CASE(a_delta_is_after_minus_before_also_in_percent_of_before) {
    Comparison result = compare("p",
                                metrics_of({{"a__x__um2", 200},
                                            {"b__x__ns", -4.0},
                                            {"c__x__count", 0},
                                            {"d__x", "wrap"},
                                            {"e__x", nullptr},
                                            {"gone__x", 1}}),
                                metrics_of({{"new__x", 2},
                                            {"a__x__um2", 150},
                                            {"b__x__ns", -3.0},
                                            {"c__x__count", 5},
                                            {"d__x", "trap"},
                                            {"e__x", 2}}));
    BOOST_REQUIRE(result.changes.size() == 5U);
    BOOST_TEST(result.changes[0].delta.value() == -50);
    BOOST_TEST(result.changes[0].delta_percent.value() == -25);
    BOOST_TEST(result.changes[1].delta.value() == 1);
    BOOST_TEST(result.changes[1].delta_percent.value() == 25);  // of |before|: more is positive
    BOOST_TEST(result.changes[2].delta.value() == 5);
    BOOST_TEST(!result.changes[2].delta_percent.has_value());  // 0 before
    BOOST_TEST(!result.changes[3].delta.has_value());
    BOOST_TEST(!result.changes[4].delta.has_value());
    BOOST_TEST((result.only_before == std::vector<std::string>{"gone__x"}));
    BOOST_TEST((result.only_after == std::vector<std::string>{"new__x"}));
}

BOOST_AUTO_TEST_CASE(equal_sides_have_no_delta_and_one_changed_digit_is_seen) {
    Metrics before = metrics_of({{"model__ppl__float", 27.905123}, {"a__b__count", 3}});
    Comparison same = compare("", before, before);
    for (const Change& change : same.changes) BOOST_TEST((change.equal() && change.delta == 0.0));
    Side left{"A", {{"", before}}, {}, true};
    Side right{"B", {{"", metrics_of({{"model__ppl__float", 27.905124}, {"a__b__count", 3}})}}, {}, true};
    std::string text = comparison_text(value_of(compare(left, right)));
    BOOST_TEST(contains(text, "27.905123"), text);
    BOOST_TEST(contains(text, "27.905124"), text);
    BOOST_TEST(contains(text, "1 of 2 figures are equal"), text);
    BOOST_TEST(contains(comparison_text(value_of(compare(left, left))), "2 of 2 figures are equal"));
}

BOOST_AUTO_TEST_CASE(the_table_and_the_json_say_before_after_and_delta) {
    Side before{"A", {{"x", metrics_of({{"synth__area__um2", 1234567.0}, {"gone__x", 1}})}}, {}, true};
    Side after{"B", {{"y", metrics_of({{"synth__area__um2", 1234000.0}, {"new__x", 1}})}}, {}, true};
    SideComparison result = value_of(compare(before, after));
    BOOST_TEST(comparison_text(result) ==
               "before: A\nafter:  B\n\n"
               "  metric            unit     before      after  delta    delta %\n"
               "  synth__area__um2  um2   1 234 567  1 234 000   -567  -0.045927\n"
               "  0 of 1 figures are equal\n  only before:\n    gone__x\n  only after:\n    new__x\n");
    Json point = comparison_json(result).at("points").at(0);
    BOOST_TEST(point.at("metrics").at(0).at("before") == 1234567.0);
    BOOST_TEST(point.at("metrics").at(0).at("after") == 1234000.0);
    BOOST_TEST(point.at("metrics").at(0).at("delta") == -567.0);
    BOOST_TEST(point.at("only_before").at(0) == "gone__x");
    BOOST_TEST(comparison_json(result).at("before") == "A");
}

BOOST_AUTO_TEST_CASE(of_several_points_those_of_equal_names_are_compared) {
    Metrics figures = metrics_of({{"a__b", 1}});
    Side before{"A", {{"p1", figures}, {"p2", figures}}};
    Side after{"B", {{"p2", figures}, {"p3", figures}}};
    SideComparison result = value_of(compare(before, after));
    BOOST_REQUIRE(result.points.size() == 1U);
    BOOST_TEST(result.points[0].point == "p2");
    BOOST_TEST((result.only_before == std::vector<std::string>{"p1"}));
    BOOST_TEST((result.only_after == std::vector<std::string>{"p3"}));
    auto nothing = compare(before, Side{"C", {{"p4", figures}}});
    BOOST_REQUIRE(!nothing);
    BOOST_TEST(nothing.error().hint == "name one point on either side: FOLDER:[SWEEP/]POINT");
}

BOOST_AUTO_TEST_CASE(points_that_failed_are_said_and_no_other_point_takes_their_place) {
    Metrics figures = metrics_of({{"a__b", 1}});
    Side before{"A", {{"p1", figures}}, {{"p2", "yosys: no such cell"}}};
    Side after{"B", {{"p2", figures}}, {{"p1", "time limit"}}};
    BOOST_TEST(!compare(before, after).has_value());  // not p1 against p2
    after.points.emplace_back("p1", figures);
    after.failed = {{"p3", "time limit"}};
    SideComparison result = value_of(compare(before, after));
    BOOST_REQUIRE(result.points.size() == 1U);
    std::string text = comparison_text(result);
    BOOST_TEST(contains(text, "  failed before:\n    p2: yosys: no such cell\n"), text);
    BOOST_TEST(contains(text, "  failed after:\n    p3: time limit\n"), text);
    BOOST_TEST(comparison_json(result).at("failed_after").at("p3") == "time limit");
}

BOOST_AUTO_TEST_CASE(a_side_is_a_file_of_figures_a_folder_a_database_or_one_of_its_points) {
    ScratchFolder scratch;
    const fs::path run = scratch.path() / "run";
    fs::create_directories(run);
    succeed(write_json(run / "metrics.json", {{"a__b", 1}, {"c__d", {{"value", 2}, {"how", "counted"}}}}));
    for (const fs::path& side : {run, run / "metrics.json"}) {
        Side read = value_of(read_side(side.string()));
        BOOST_REQUIRE(read.points.size() == 1U);
        BOOST_TEST(read.points[0].second.find("c__d")->value == 2);
    }
    const std::string database = example_database(scratch.path()).string();
    for (const std::string& side : {database, database + "/results.sqlite"}) {
        Side read = value_of(read_side(side));
        BOOST_REQUIRE(read.points.size() == 3U);
        BOOST_REQUIRE(read.failed.size() == 1U);  // it has no figures
        BOOST_TEST(!read.failed[0].second.empty());
        BOOST_TEST(!read.named);
        BOOST_TEST(read.points[0].first == "s/inner_bits_16");
    }
    auto area = [&](const std::string& point) {
        return value_of(read_side(database + ":" + point))
            .points.at(0)
            .second.find("synth__area__um2")
            ->value;
    };
    BOOST_TEST(area("inner_bits_20") == 2e6);
    BOOST_TEST(area("s/inner_bits_16") == 1e6);
    BOOST_TEST(area("t/inner_bits_16") == 3e6);
}

BOOST_AUTO_TEST_CASE(a_side_that_cannot_be_read_is_an_error_with_place_and_hint) {
    ScratchFolder scratch;
    const std::string folder = scratch.path().string();
    BOOST_TEST(contains(error_of(folder + "/none"), "/none: error: does not exist\nhint: "));
    BOOST_TEST(contains(error_of(folder), "error: has neither metrics.json nor results.sqlite\nhint: "));
    succeed(write_text(scratch.path() / "broken.json", "{\"a\": }"));
    BOOST_TEST(contains(error_of(folder + "/broken.json"), "broken.json:1:7: error: not valid JSON"));
    succeed(write_json(scratch.path() / "list.json", {{"a__b", {1, 2}}}));
    BOOST_TEST(contains(error_of(folder + "/list.json"), "\"a__b\" is neither a number nor a text"));
    example_database(scratch.path());
    BOOST_TEST(
        contains(error_of(folder + ":inner_bits_99"),
                 "results.sqlite: error: has no point inner_bits_99\nhint: points: s/inner_bits_16, "));
    BOOST_TEST(
        contains(error_of(folder + ":inner_bits_16"),
                 "has several points inner_bits_16\nhint: name one of s/inner_bits_16, t/inner_bits_16"));
    BOOST_TEST(contains(error_of(folder + ":s/bad"), "point s/bad failed and has no figures: step quantize"));
}

BOOST_AUTO_TEST_SUITE_END()
