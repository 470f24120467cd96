// The table of a quality sweep in its four forms, and the cost of Eq. 5.
#include "reports/tables/point_quality.hpp"

#include "testbench/support/property.hpp"

using namespace macaw;
using namespace macaw::reports;

namespace {

std::vector<SweepPoint> two_points() {
    SweepPoint good{"p16", {{"inner_bits", "16"}}, {}, {}};
    good.metrics.add("datapath__inner__bits", 16, "");
    good.metrics.add("datapath__outer__bits", 20, "");
    good.metrics.add("bound__inner__bits", 15, "");
    good.metrics.add("bound__outer__bits", 20, "");
    good.metrics.add("bound__inner__headroom__ratio", 0.25, "");
    good.metrics.add("model__ppl__datapath", 31.134567, "");
    good.metrics.add("model__standard_error__datapath__ppl", 0.34, "");
    good.metrics.add("model__overflow__outer_outputs__ratio", 0.0, "");
    SweepPoint bad{"p8", {{"inner_bits", "8"}}, {}, "error: no codes | fit\nhint: widen"};
    return {good, bad};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(point_quality)

BOOST_AUTO_TEST_CASE(exact_values_stand_in_the_csv_and_absent_ones_are_empty) {
    Table table = quality_table(two_points());
    const std::vector<std::string> heads = {"point",
                                            "inner_bits",
                                            "perplexity",
                                            "perplexity_standard_error",
                                            "outer_bits",
                                            "needed_inner_bits",
                                            "needed_outer_bits",
                                            "certified",
                                            "inner_headroom",
                                            "outer_overflow_rate",
                                            "failure"};
    BOOST_TEST(table.columns() == heads, boost::test_tools::per_element());
    BOOST_TEST(table.rows()[0][2] == "31.134567");
    BOOST_TEST(table.rows()[0][7] == "yes");
    BOOST_TEST(table.rows()[1][2] == "");
}

BOOST_AUTO_TEST_CASE(a_reader_sees_rounded_figures_and_the_reason_of_a_failure) {
    std::string text = quality_text(two_points());
    BOOST_TEST(
        text.find("  inner_bits  perplexity    +-  P_O  needs P_I  needs P_O  certified  headroom\n"
                  "  16              31.135  0.34   20         15         20        yes    25.0 %\n") == 0U);
    BOOST_TEST(text.find("      failed: no codes | fit\n") != std::string::npos);
    BOOST_TEST(text.find("stay in float") != std::string::npos);
    std::string markdown = quality_markdown("Widths", two_points());
    BOOST_TEST(markdown.find("| 16 | 31.135 | 0.34 | 20 | 15 | 20 | yes | 25.0 % |\n") != std::string::npos);
    BOOST_TEST(markdown.find("|---|--:|--:|") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(json_has_numbers_and_leaves_absent_figures_out) {
    Json json = quality_json(two_points());
    BOOST_TEST(json[0]["inner_bits"] == 16);
    BOOST_TEST(json[0]["perplexity"] == 31.134567);
    BOOST_TEST(!json[1].contains("perplexity"));
    BOOST_TEST(json[1]["failure"] == "error: no codes | fit\nhint: widen");
}

BOOST_AUTO_TEST_CASE(a_point_that_needs_more_than_it_has_is_not_certified) {
    std::vector<SweepPoint> points = two_points();
    BOOST_TEST(is_certified(points[0]));
    BOOST_TEST(!is_certified(points[1]));
    SweepPoint needs_more{"p14", {}, {}, {}};
    for (const Metric& metric : points[0].metrics.all())
        needs_more.metrics.add(metric.key, metric.key == "bound__outer__bits" ? Json(21) : metric.value, "");
    BOOST_TEST(!is_certified(needs_more));
}

// Two rows of four codes with two zeros: 8 products of 4 x 8 bits and 6 additions of 16 bits.
BOOST_AUTO_TEST_CASE(cost_counts_products_of_all_codes_and_additions_of_those_that_are_not_zero) {
    golden::QuantizedModel model;
    model.datapath.inner_bits = golden::BitWidth(16);
    golden::QuantizedLayer layer;
    layer.out_features = 2;
    layer.in_features = 4;
    layer.codes = {1, 0, -2, 3, 4, 5, 0, -7};
    layer.scales = {1.0F, 1.0F};
    model.layers.push_back(layer);
    Metrics metrics = cost_metrics(model);
    BOOST_TEST(metrics.find("cost__bops_per_token__count")->value == 8 * 32 + 6 * 16);
    BOOST_TEST(metrics.find("bound__codes__zero__ratio")->value == 0.25);
}

BOOST_AUTO_TEST_SUITE_END()
