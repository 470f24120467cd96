// The report of a sweep: one row a point, figures named by their point, failures shown.
#include <boost/test/unit_test.hpp>

#include "reports/html/sweep_report.hpp"
#include "testbench/support/files.hpp"
#include "testbench/unit/reports/report_example.hpp"

using namespace macaw;
using namespace macaw::reports;
using testing::must;
using testing::text_of;

BOOST_AUTO_TEST_SUITE(report_sweep)

namespace {

SweepReportOptions sweep(const std::filesystem::path& output) {
    SweepReportOptions options{"inner_bits", "axes:\n  datapath.inner_bits: [12, 16, 20]\n", {}, {}, output};
    for (int bits : {12, 16, 20}) {
        Metrics metrics;
        metrics.add("synth__area__um2", 1e6 + 1000 * bits, "Yosys");
        metrics.add("timing__period__min_ns", 8.5, "OpenSTA");
        metrics.add("model__ppl__datapath", bits == 12 ? 1801.0 : 31.13, "datapath");
        options.points.push_back(
            {"p" + std::to_string(bits), {{"datapath.inner_bits", std::to_string(bits)}}, metrics, ""});
    }
    return options;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_axis_value_stands_before_the_unit) {
    BOOST_TEST(swept_key("synth__area__um2", axis_word("inner_bits", "16")) == "synth__area__p16__um2");
    BOOST_TEST(swept_key("synth__area__um2", axis_word("datapath.inner_bits", "16")) ==
               "synth__area__p16__um2");
    BOOST_TEST(swept_key("synth__area__um2", "p16__t64") == "synth__area__p16__t64__um2");
    BOOST_TEST(axis_word("datapath.inner_overflow", "wrap") == "inner_overflow_wrap");
    BOOST_TEST(axis_word("clock", "1.5") == "clock_1_5");
}

BOOST_AUTO_TEST_CASE(every_figure_of_every_point_is_in_metrics_and_one_row_a_point_in_the_table) {
    testing::ScratchFolder scratch;
    SweepReportOptions options = sweep(scratch.path() / "out");
    must(write_sweep_report(options));
    auto metrics = read_json(options.output / "metrics.json");
    BOOST_REQUIRE(metrics);
    BOOST_TEST(metrics->size() == 9u);
    BOOST_TEST(metrics->at("synth__area__p16__um2").get<double>() == 1016000.0);
    auto table = Table::read(options.output / "sweep.csv");
    BOOST_REQUIRE(table);
    const std::vector<std::string> heads = {"point", "datapath.inner_bits", "model__ppl__datapath",
                                            "synth__area__um2", "timing__period__min_ns"};
    BOOST_TEST(table->columns() == heads, boost::test_tools::per_element());
    BOOST_TEST(table->rows().size() == 3u);
    BOOST_TEST(table->rows()[1][1] == "16");
    const std::vector<std::string> plots = {"frontier_synth__area__um2.svg", "sweep_model__ppl__datapath.svg",
                                            "sweep_synth__area__um2.svg", "sweep_timing__period__min_ns.svg"};
    BOOST_TEST(testing::files_below(options.output / "plots") == plots, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_failed_point_keeps_its_row_with_the_reason) {
    testing::ScratchFolder scratch;
    SweepReportOptions options = sweep(scratch.path() / "out");
    options.points[1].metrics = {};
    options.points[1].failure = "the outer worst case needs <21> bits";
    must(write_sweep_report(options));
    auto table = Table::read(options.output / "sweep.csv");
    BOOST_REQUIRE(table);
    BOOST_TEST(table->columns().back() == "failure");
    BOOST_TEST(table->rows()[1].back() == "the outer worst case needs <21> bits");
    BOOST_TEST(table->rows()[1][2] == "");
    const std::string page = text_of(options.output / "report.html");
    BOOST_TEST(contains(page, "p16: the outer worst case needs &lt;21&gt; bits"));
    BOOST_TEST(contains(page, "3 design points, 2 finished"));
    BOOST_TEST(contains(page, "1 of 3 points have no such figure"));
    BOOST_TEST(contains(sweep_summary_text(options), "needs <21> bits\n"));
}

BOOST_AUTO_TEST_CASE(the_summary_has_one_aligned_line_a_point) {
    SweepReportOptions options = sweep("unused");
    options.points.resize(2);
    BOOST_TEST(sweep_summary_text(options) ==
               "  point  needs P_I  perplexity   area um2  period ns  power mW  pJ per MAC\n"
               "  p12            -        1801  1 012 000        8.5         -           -\n"
               "  p16            -       31.13  1 016 000        8.5         -           -\n"
               "  (integer datapath: linear layers of every block; embedding, norms, softmax,\n"
               "   attention products and LM head in float)\n");
}

BOOST_AUTO_TEST_CASE(only_the_chosen_columns_are_in_the_table) {
    testing::ScratchFolder scratch;
    SweepReportOptions options = sweep(scratch.path() / "out");
    options.columns = {"timing__period__min_ns"};
    must(write_sweep_report(options));
    auto table = Table::read(options.output / "sweep.csv");
    BOOST_REQUIRE(table);
    BOOST_TEST(table->columns().size() == 3u);
    BOOST_TEST(table->columns().back() == "timing__period__min_ns");
}

BOOST_AUTO_TEST_CASE(a_second_axis_gives_a_curve_for_each_of_its_values) {
    testing::ScratchFolder scratch;
    SweepReportOptions options = sweep(scratch.path() / "out");
    for (std::size_t i = 0; i < 3; ++i) {
        SweepPoint twin = options.points[i];
        options.points[i].axes.push_back({"mode", "wrap"});
        twin.axes.push_back({"mode", "saturate"});
        options.points.push_back(twin);
    }
    must(write_sweep_report(options));
    const std::string svg = text_of(options.output / "plots/sweep_synth__area__um2.svg");
    BOOST_TEST(contains(svg, "mode = wrap"));
    BOOST_TEST(contains(svg, "mode = saturate"));
    auto metrics = read_json(options.output / "metrics.json");
    BOOST_REQUIRE(metrics);
    BOOST_TEST(metrics->contains("synth__area__p16__mode_saturate__um2"));
}

BOOST_AUTO_TEST_CASE(axes_without_numbers_give_a_table_and_no_plot_against_them) {
    testing::ScratchFolder scratch;
    SweepReportOptions options = sweep(scratch.path() / "out");
    for (SweepPoint& point : options.points) point.axes = {{"recipe", point.name}};
    must(write_sweep_report(options));
    const std::vector<std::string> plots = {"frontier_synth__area__um2.svg"};
    BOOST_TEST(testing::files_below(options.output / "plots") == plots, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_sweep_of_nothing_or_of_unlike_or_equal_points_is_refused) {
    testing::ScratchFolder scratch;
    SweepReportOptions options = sweep(scratch.path() / "out");
    SweepReportOptions empty = options;
    empty.points.clear();
    SweepReportOptions unlike = options;
    unlike.points[1].axes[0].first = "tile";
    SweepReportOptions equal = options;
    equal.points[1].axes = equal.points[0].axes;
    for (const SweepReportOptions& bad : {empty, unlike, equal}) {
        auto result = write_sweep_report(bad);
        BOOST_REQUIRE(!result);
        BOOST_TEST((result.error().kind == ErrorKind::BadInput));
        BOOST_TEST(!std::filesystem::exists(bad.output));
    }
}

BOOST_AUTO_TEST_SUITE_END()
