// Plots: what gnuplot draws, what goes into the page, and that no text reaches gnuplot as a command.
#include <cmath>
#include <set>

#include <boost/test/unit_test.hpp>

#include "reports/html/known_plots.hpp"
#include "reports/html/plot.hpp"
#include "testbench/support/files.hpp"
#include "testbench/unit/reports/report_example.hpp"

using namespace macaw;
using namespace macaw::reports;

BOOST_AUTO_TEST_SUITE(report_plot)

namespace {

XyPlot curve(const std::string& title) {
    return {"curve",      title, "caption", "bits",
            "perplexity", true,  false,     {{title, Mark::LinesAndPoints, {{11, 1e5}, {15, 31}}}}};
}

std::size_t count(const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++found;
    return found;
}

// All values of id="..." and id='...'.
std::vector<std::string> ids_of(const std::string& svg) {
    std::vector<std::string> ids;
    for (std::size_t at = 0; (at = svg.find(" id=", at)) != std::string::npos; at += 5)
        ids.push_back(svg.substr(at + 5, svg.find(svg[at + 4], at + 5) - at - 5));
    return ids;
}

StepTable table_of(const std::string& file, std::vector<std::string> columns,
                   std::vector<std::vector<Json>> rows) {
    Table table(std::move(columns));
    for (auto& row : rows) table.add_row(std::move(row));
    return {file, file, std::move(table)};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_curve_is_drawn_with_its_title_and_all_tics) {
    testing::ScratchFolder scratch;
    auto drawn = draw(curve("unconstrained, wrap"), scratch.path());
    BOOST_REQUIRE(drawn);
    BOOST_TEST(drawn->svg.find("unconstrained, wrap") != std::string::npos);
    for (const char* tic : {">11<", ">15<"}) BOOST_TEST(drawn->svg.find(tic) != std::string::npos, tic);
    BOOST_TEST(drawn->title == "unconstrained, wrap");
    const std::vector<std::string> files = {"curve.svg"};
    BOOST_TEST(testing::files_below(scratch.path()) == files, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(numbers_of_neighbouring_tics_do_not_touch) {
    testing::ScratchFolder scratch;
    XyPlot plot = curve("area");
    plot.series[0].points.clear();
    for (double bits : {11, 12, 13, 14, 15, 16, 17, 20, 24, 32})
        plot.series[0].points.emplace_back(bits, bits);
    auto drawn = draw(plot, scratch.path());
    BOOST_REQUIRE(drawn);
    for (const char* tic : {">11<", ">13<", ">17<", ">20<", ">24<", ">32<"})
        BOOST_TEST(drawn->svg.find(tic) != std::string::npos, tic);
    for (const char* tic : {">12<", ">14<", ">16<"})
        BOOST_TEST(drawn->svg.find(tic) == std::string::npos, tic);
}

BOOST_AUTO_TEST_CASE(a_mark_that_leads_to_its_figure_lies_where_gnuplot_drew_it) {
    testing::ScratchFolder scratch;
    for (bool logarithmic : {false, true}) {
        XyPlot plot = curve("");
        plot.logarithmic_x = plot.logarithmic_y = logarithmic;
        plot.series[0].points = {{11, 1e5}, {12, 700}, {15, 31}};
        plot.traces = {{"t7", Nature::Measured}};
        auto drawn = draw(plot, scratch.path());
        BOOST_REQUIRE(drawn);
        BOOST_REQUIRE(drawn->hits.size() == 3u);
        // gnuplot's own marks: <use xlink:href='#gpPt6' transform='translate(201.19,264.27) ...
        std::size_t at = 0;
        for (const Hit& hit : drawn->hits) {
            at = drawn->svg.find("transform='translate(", at);
            BOOST_REQUIRE(at != std::string::npos);
            at += std::string_view("transform='translate(").size();
            BOOST_TEST(std::abs(std::stod(drawn->svg.substr(at)) - hit.x) < 0.1);
            BOOST_TEST(std::abs(std::stod(drawn->svg.substr(drawn->svg.find(',', at) + 1)) - hit.y) < 0.1);
        }
        BOOST_TEST(inline_svg(*drawn).find(
                       "<a class=\"hit\" href=\"#t7\" aria-label=\"bits 12, perplexity 700\">") !=
                   std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_bar_that_leads_to_its_figure_covers_its_part_of_the_stack) {
    testing::ScratchFolder scratch;
    auto drawn = draw(BarPlot{"b", "", "", "mW", {"internal", "leakage"}, {{"pe", {3, 1}}, {"top", {2, 0}}}},
                      scratch.path());
    BOOST_REQUIRE(drawn);
    BOOST_REQUIRE(drawn->hits.size() == 4u);
    const Hit& internal = drawn->hits[0];
    const Hit& leakage = drawn->hits[1];
    BOOST_TEST(std::abs(internal.x + internal.width - leakage.x) < 1e-6);
    BOOST_TEST(std::abs(internal.width / leakage.width - 3) < 1e-6);
    BOOST_TEST(internal.height > 5);
    BOOST_TEST(drawn->hits[2].y > internal.y + internal.height);  // the second bar is below the first
    BOOST_TEST(drawn->hits[1].note.label == "pe, leakage: mW, 1");
}

BOOST_AUTO_TEST_CASE(two_equal_plots_are_equal_files) {
    testing::ScratchFolder first;
    testing::ScratchFolder second;
    BOOST_REQUIRE(draw(curve("a"), first.path()));
    BOOST_REQUIRE(draw(curve("a"), second.path()));
    BOOST_TEST(testing::text_of(first.path() / "curve.svg") == testing::text_of(second.path() / "curve.svg"));
}

BOOST_AUTO_TEST_CASE(an_inlined_plot_follows_the_page_and_shares_no_id_with_another) {
    testing::ScratchFolder scratch;
    auto drawn = draw(curve("a <b> & \"c\""), scratch.path());
    BOOST_REQUIRE(drawn);
    DrawnPlot other = *drawn;
    other.name = "other";
    const std::string svg = inline_svg(*drawn);
    BOOST_TEST(svg.starts_with("<svg role=\"img\" aria-label=\"a &lt;b&gt; &amp; &quot;c&quot;\""));
    for (const char* gone :
         {"<?xml", "<title>", "<desc>", "xlink", "http", "\"black\"", "'black'", "#ffffff"})
        BOOST_TEST(svg.find(gone) == std::string::npos, gone);
    BOOST_TEST(svg.find("currentColor") != std::string::npos);
    const std::vector<std::string> ids = ids_of(svg);
    BOOST_TEST(ids.size() > 5u);
    std::set<std::string> all(ids.begin(), ids.end());
    BOOST_TEST(all.size() == ids.size());
    for (const std::string& id : ids_of(inline_svg(other))) BOOST_TEST(!all.contains(id), id);
    BOOST_TEST(count(svg, "href='#") == count(svg, "href='#curve-"));
}

BOOST_AUTO_TEST_CASE(no_text_is_run_or_breaks_the_plot) {
    const std::vector<std::string> hostile = {"`touch hit`",
                                              "\"; system('touch hit'); \"",
                                              "'; !touch hit",
                                              "END_OF_DATA",
                                              "a\nsystem('touch hit')",
                                              "@macro $(x) \\\" %s %c",
                                              "<script>alert(1)</script>",
                                              "# comment",
                                              ""};
    for (const std::string& text : hostile) {
        testing::ScratchFolder scratch;
        BarPlot bars{"bars", text, text, text, {text, text}, {{text, {1, 2}}, {"plain", {3, 4}}}};
        auto drawn = draw(bars, scratch.path());
        BOOST_REQUIRE_MESSAGE(drawn, text + ": " + (drawn ? "" : to_text(drawn.error())));
        BOOST_TEST(drawn->svg.find("<script") == std::string::npos);
        BOOST_TEST(drawn->svg.find(">plain<") != std::string::npos, text);
        auto xy = draw(curve(text), scratch.path());
        BOOST_REQUIRE_MESSAGE(xy, text);
        BOOST_TEST(testing::files_below(scratch.path()).size() == 2u, text);
    }
}

BOOST_AUTO_TEST_CASE(bars_show_every_label_and_total) {
    testing::ScratchFolder scratch;
    auto drawn = draw(BarPlot{"area", "Area", "", "area", {"area"}, {{"pe", {7190112}}, {"top", {533344.5}}}},
                      scratch.path());
    BOOST_REQUIRE(drawn);
    for (const char* text : {">pe<", ">top<", ">7 190 112<", ">533 344<"})
        BOOST_TEST(drawn->svg.find(text) != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(axes_of_extreme_or_equal_values_can_be_drawn) {
    testing::ScratchFolder scratch;
    XyPlot plot = curve("one");
    for (const auto& points : std::vector<std::vector<std::pair<double, double>>>{
             {{16, 31}}, {{16, 1e-9}, {20, 1e12}}, {{16, 5}, {20, 5}}}) {
        plot.series[0].points = points;
        for (bool logarithmic : {true, false}) {
            plot.logarithmic_y = logarithmic;
            BOOST_TEST(draw(plot, scratch.path()).has_value());
        }
    }
    BOOST_TEST(
        draw(BarPlot{"b", "", "", "", {"x"}, {{"tiny", {1e-7}}, {"none", {0}}}}, scratch.path()).has_value());
}

BOOST_AUTO_TEST_CASE(the_luck_table_gives_one_curve_for_each_constraint_and_mode_and_the_float_line) {
    Metrics all;
    all.add("model__ppl__float", 27.905, "x");
    PlotSet plots =
        known_plots("perplexity",
                    table_of("luck.csv", {"constraint", "overflow_mode", "inner_bits", "perplexity"},
                             {{"axe", "wrap", 15, 31.86},
                              {"none", "wrap", 13, 32.33},
                              {"none", "wrap", 11, 3.4e5},
                              {"none", "saturate", 11, 78.7}}),
                    all);
    BOOST_REQUIRE(plots.curves.size() == 1u);
    const XyPlot& plot = plots.curves[0];
    BOOST_TEST(plot.logarithmic_y);
    BOOST_REQUIRE(plot.series.size() == 4u);
    BOOST_TEST(plot.series[0].title == "unconstrained, wrap");
    BOOST_TEST((plot.series[0].points == std::vector<std::pair<double, double>>{{11, 3.4e5}, {13, 32.33}}));
    BOOST_TEST(plot.series[2].title == "AXE (guaranteed), wrap");
    BOOST_TEST((plot.series[3].points == std::vector<std::pair<double, double>>{{11, 27.905}, {15, 27.905}}));
}

BOOST_AUTO_TEST_CASE(a_value_that_cannot_be_drawn_is_counted_in_the_caption) {
    PlotSet plots =
        known_plots("perplexity",
                    table_of("luck.csv", {"constraint", "overflow_mode", "inner_bits", "perplexity"},
                             {{"none", "wrap", 11, "nan"}, {"none", "wrap", 12, 1801.0}}),
                    {});
    BOOST_REQUIRE(plots.curves.size() == 1u);
    BOOST_TEST(plots.curves[0].caption.find("Not drawn: 1 value") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(area_bars_are_sorted_and_leave_out_the_total) {
    PlotSet plots = known_plots("synth",
                                table_of("area_by_module.csv", {"module", "total_area_um2"},
                                         {{"small", 1.0}, {"total", 11.0}, {"big", 10.0}}),
                                {});
    BOOST_REQUIRE(plots.bars.size() == 1u);
    BOOST_REQUIRE(plots.bars[0].bars.size() == 2u);
    BOOST_TEST(plots.bars[0].bars[0].label == "big");
}

BOOST_AUTO_TEST_CASE(an_unknown_or_empty_table_has_no_plot) {
    auto none = [](const PlotSet& plots) { return plots.curves.empty() && plots.bars.empty(); };
    BOOST_TEST(none(known_plots("x", table_of("other.csv", {"module", "total_area_um2"}, {{"a", 1}}), {})));
    BOOST_TEST(none(known_plots("x", table_of("area_by_module.csv", {"module"}, {{"a"}}), {})));
    BOOST_TEST(none(known_plots("x", table_of("layers.csv", {"inner_headroom", "outer_headroom"}, {}), {})));
}

BOOST_AUTO_TEST_SUITE_END()
