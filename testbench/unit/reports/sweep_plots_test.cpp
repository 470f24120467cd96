// Plots and frontier of a sweep: who is on the front, how points are grouped, what is left out and said.
#include "reports/html/sweep_plots.hpp"

#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "reports/html/sweep_axes.hpp"
#include "reports/tables/frontier.hpp"
#include "testbench/support/files.hpp"
#include "testbench/unit/reports/sweep_example.hpp"

using namespace macaw;
using namespace macaw::reports;

BOOST_AUTO_TEST_SUITE(sweep_plots)

namespace {

SweepPoint point(const std::string& name, double perplexity, double area) {
    SweepPoint made{name, {{"datapath.inner_bits", "12"}}, {}, {}};
    made.metrics.add("model__ppl__datapath", perplexity, "measured");
    made.metrics.add("synth__area__um2", area, "Yosys");
    return made;
}

std::vector<TraceMap> no_traces(const std::vector<SweepPoint>& points) {
    return std::vector<TraceMap>(points.size());
}

// `count` values on an axis of recipes, times two weight widths, times two accumulator widths.
std::vector<SweepPoint> grid(int count) {
    std::vector<SweepPoint> points;
    for (int recipe = 0; recipe < count; ++recipe)
        for (const char* weight : {"4", "8"})
            for (const char* inner : {"12", "13"}) {
                points.push_back(point(fmt::format("{}_{}_{}", recipe, weight, inner), 30, 1e6 + recipe));
                points.back().axes = {{"datapath.inner_bits", inner},
                                      {"datapath.outer_bits", std::to_string(std::stoi(inner) + 4)},
                                      {"datapath.weight_bits", weight},
                                      {"synth.recipe", std::to_string(recipe)}};
            }
    return points;
}

std::vector<std::string> titles_of(const XyPlot& plot) {
    std::vector<std::string> titles;
    for (const Series& series : plot.series) titles.push_back(series.title);
    return titles;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_frontier_has_the_points_that_no_other_dominates_the_best_first) {
    std::vector<SweepPoint> points = {point("small", 40, 1e6), point("good", 30, 2e6),
                                      point("bad", 41, 1.5e6)};
    points.push_back({"failed", {{"datapath.inner_bits", "9"}}, {}, "no"});
    const Frontier frontier = frontier_of(points);
    BOOST_TEST(frontier.keys == (std::vector<std::string>{"model__ppl__datapath", "synth__area__um2"}),
               boost::test_tools::per_element());
    BOOST_TEST(frontier.points == (std::vector<std::size_t>{1, 0}), boost::test_tools::per_element());
    BOOST_TEST(frontier.left_out == 1u);
    points[0].metrics.add("energy__per_mac__pj", 1, "x");  // the others lack it now
    BOOST_TEST(frontier_of(points).points == (std::vector<std::size_t>{0}), boost::test_tools::per_element());
    BOOST_TEST(frontier_of(points).left_out == 3u);
}

BOOST_AUTO_TEST_CASE(without_a_second_objective_there_is_no_frontier) {
    SweepPoint only{"p", {{"datapath.inner_bits", "12"}}, {}, {}};
    only.metrics.add("synth__area__um2", 1.0, "Yosys");
    BOOST_TEST(frontier_of({only}).points.empty());
}

BOOST_AUTO_TEST_CASE(few_combinations_are_curves_many_are_points_by_operand_width) {
    const auto few = grid(10);  // 20 combinations of weight width and recipe
    const auto x = main_quantity(few);
    BOOST_REQUIRE(x);
    BOOST_TEST(x->label == "inner accumulator P_I (bits)");
    const Grouping curves = group_points(few, &*x);
    BOOST_TEST(curves.curves);
    BOOST_TEST(curves.groups.size() == 20u);  // outer_bits follows inner_bits and makes no group
    BOOST_TEST(curves.groups.contains("W4, recipe = 3"));
    const auto many = grid(11);
    const Grouping by_width = group_points(many, &*x);
    BOOST_TEST(!by_width.curves);
    BOOST_TEST(by_width.groups.size() == 2u);
    BOOST_TEST(by_width.groups.at("W8").size() == 22u);
    const XyPlot plot = width_plots(many, no_traces(many)).front();
    BOOST_TEST(titles_of(plot) == (std::vector<std::string>{"W4", "W8"}), boost::test_tools::per_element());
    BOOST_TEST((plot.series[0].mark == Mark::Points));
    BOOST_TEST(plot.series[0].points.size() == 22u);  // nothing is dropped
}

BOOST_AUTO_TEST_CASE(the_configured_width_is_the_x_where_it_is_no_axis) {
    auto points = grid(1);
    int bits = 14;
    for (SweepPoint& p : points) {
        p.axes = {{"layers", p.name}};
        p.metrics.add("datapath__inner__bits", bits++, "configured");
    }
    BOOST_REQUIRE(main_quantity(points));
    BOOST_TEST(main_quantity(points)->key == "datapath__inner__bits");
    const XyPlot plot = width_plots(points, no_traces(points)).front();
    BOOST_TEST(plot.series.size() == 4u);  // one a value of the only axis
    BOOST_TEST(plot.series[0].points.front().first == 14);
}

BOOST_AUTO_TEST_CASE(a_useless_model_is_not_drawn_and_the_caption_says_so) {
    const std::vector<SweepPoint> points = {point("a", 30, 1e6), point("b", 59, 0.9e6),
                                            point("c", 1e5, 0.8e6)};
    const auto plots = frontier_plots(points, no_traces(points));
    BOOST_REQUIRE(plots.size() == 1u);
    const XyPlot& plot = plots[0];
    BOOST_TEST(plot.caption.find("Not drawn: 1 with a perplexity above 60") != std::string::npos,
               plot.caption);
    const Series& front = plot.series.back();
    BOOST_TEST(front.title == "Pareto front");
    BOOST_TEST((front.points == std::vector<std::pair<double, double>>{{0.9e6, 59}, {1e6, 30}}));
    for (const Series& series : plot.series)
        for (const auto& [x, y] : series.points) BOOST_TEST(y <= 60);
}

BOOST_AUTO_TEST_CASE(costs_that_differ_by_orders_of_magnitude_get_a_logarithmic_axis) {
    BOOST_TEST(!frontier_plots({point("a", 30, 1e6), point("b", 31, 29e6)}, {{}, {}}).front().logarithmic_x);
    BOOST_TEST(frontier_plots({point("a", 30, 1e6), point("b", 31, 31e6)}, {{}, {}}).front().logarithmic_x);
}

BOOST_AUTO_TEST_CASE(a_bar_of_each_point_adds_up_to_its_modules) {
    testing::ScratchFolder scratch;
    const SweepReportOptions options = testing::example_sweep(scratch.path(), 1);
    const std::filesystem::path synth = options.points[0].steps.back().folder;
    Table table({"module", "total_area_um2"});
    for (int module = 0; module < 8; ++module) table.add_row({"m" + std::to_string(module), 100 - module});
    table.add_row({"total", 772});
    testing::must(table.write(synth / "area_by_module.csv"));
    Provenance provenance;
    auto plots = module_plots(options.points, {0}, provenance);
    BOOST_REQUIRE(plots);
    BOOST_REQUIRE(plots->size() == 1u);
    const BarPlot& plot = plots->front();
    BOOST_TEST(plot.parts == (std::vector<std::string>{"m0", "m1", "m2", "m3", "m4", "other modules"}),
               boost::test_tools::per_element());
    // 100 + 99 + 98 + 97 + 96, and 95 + 94 + 93 of the others.
    BOOST_TEST(plot.bars.at(0).values == (std::vector<double>{100, 99, 98, 97, 96, 282}),
               boost::test_tools::per_element());
    BOOST_TEST(plot.bars.at(0).traces.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
