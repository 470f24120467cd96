// The arithmetic of a study of BOps on figures that are made up here, and what its file may say.
#include <boost/test/unit_test.hpp>

#include "reports/bops/bops_plot.hpp"
#include "reports/bops/bops_table.hpp"
#include "reports/bops/correlation.hpp"
#include "testbench/support/files.hpp"

namespace {

using namespace macaw;
using namespace macaw::reports;

BopsResult result(int lanes, int weight_bits, int activation_bits, int accumulator_bits, double flips) {
    BopsResult made;
    made.unit.lanes = lanes;
    made.unit.weight_bits = golden::BitWidth(weight_bits);
    made.unit.activation_bits = golden::BitWidth(activation_bits);
    made.unit.accumulator_bits = golden::BitWidth(accumulator_bits);
    made.figures.sparsity = 0.25;
    made.figures.flips = flips;
    made.figures.power = 2e-3 * flips;
    made.figures.area = 100;
    return made;
}

// Flips are 3 K (M N + 0.5 * 0.75 P): an accumulator bit costs half of what BOps says.
std::vector<BopsResult> half_as_dear_accumulators() {
    std::vector<BopsResult> results;
    for (int lanes : {2, 4})
        for (int weight_bits : {3, 4})
            for (int accumulator_bits : {8, 16})
                results.push_back(result(lanes, weight_bits, 4, accumulator_bits,
                                         3.0 * lanes * (weight_bits * 4 + 0.5 * 0.75 * accumulator_bits)));
    return results;
}

const std::vector<std::string>* row_of(const Table& table, const std::string& parameter,
                                       const std::string& value) {
    for (const auto& row : table.rows())
        if (row[0] == parameter && row[1] == value) return &row;
    return nullptr;
}

std::string errors_of(const std::string& yaml) {
    testing::ScratchFolder folder;
    BOOST_REQUIRE(write_text(folder.path() / "bops.yaml", yaml).has_value());
    auto config = read_bops_config(folder.path() / "bops.yaml");
    BOOST_REQUIRE(!config.has_value());
    return to_text(config.error());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bops)

// By hand: deviations (-2, -1, 0, 3) and (-3, -1, 1, 3); 16 / sqrt(14 * 20).
BOOST_AUTO_TEST_CASE(pearson_is_that_of_a_hand_calculation) {
    const std::vector<double> x = {1, 2, 3, 6}, y = {2, 4, 6, 8};
    BOOST_TEST(pearson(x, y) == 16 / std::sqrt(280.0), boost::test_tools::tolerance(1e-12));
    BOOST_TEST(std::isnan(pearson(x, std::vector<double>{5, 5, 5, 5})));
}

// Ranks 0 1 2 3 and 0, 1.5, 1.5, 3: 4.5 / sqrt(5 * 4.5).
BOOST_AUTO_TEST_CASE(spearman_sees_only_the_order_and_ties_share_their_rank) {
    const std::vector<double> x = {1, 2, 3, 4};
    BOOST_TEST(spearman(x, std::vector<double>{1, 10, 100, 1e6}) == 1.0);
    BOOST_TEST(spearman(x, std::vector<double>{1, 5, 5, 7}) == 4.5 / std::sqrt(22.5),
               boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_line_and_two_terms_are_found_again) {
    const std::vector<double> x = {1, 2, 5}, v = {3, 1, 4};
    Line line = least_squares_line(x, std::vector<double>{9, 11, 17});
    BOOST_TEST(line.slope == 2.0, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(line.offset == 7.0, boost::test_tools::tolerance(1e-12));
    TwoTerms terms = relative_least_squares(x, v, std::vector<double>{11, 7, 22});  // 2 x + 3 v
    BOOST_TEST(terms.a == 2.0, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(terms.b == 3.0, boost::test_tools::tolerance(1e-9));
}

// Eq. 5: 128 (4 * 8 + 0.75 * 16).
BOOST_AUTO_TEST_CASE(bops_are_those_of_equation_5) {
    BOOST_TEST(result(128, 4, 8, 16, 1).bops() == 5632.0);
}

BOOST_AUTO_TEST_CASE(accumulators_half_as_dear_as_the_proxy_says_are_found_out) {
    const std::vector<BopsResult> results = half_as_dear_accumulators();
    Metrics metrics = bops_metrics({}, {}, results);
    for (const char* quantity : {"flips", "power"}) {
        const Metric* weight = metrics.find(fmt::format("bops__accumulator_weight__{}__ratio", quantity));
        BOOST_REQUIRE(weight != nullptr);
        BOOST_TEST(weight->value.get<double>() == 0.5, boost::test_tools::tolerance(1e-9));
    }
    const double pearson_flips = metrics.find("bops__pearson__flips__ratio")->value.get<double>();
    BOOST_TEST(pearson_flips > 0.9);
    BOOST_TEST(pearson_flips < 1.0);
    // The wide accumulator is over-estimated, the narrow one under-estimated.
    Table groups = bops_group_table(results);
    BOOST_REQUIRE(row_of(groups, "P", "16") != nullptr);
    BOOST_TEST(std::stod((*row_of(groups, "P", "16"))[3]) > 0);
    BOOST_TEST(std::stod((*row_of(groups, "P", "8"))[3]) < 0);
}

BOOST_AUTO_TEST_CASE(doubling_the_lanes_doubles_bops_and_flips_and_leaves_the_area) {
    Table steps = bops_step_table(half_as_dear_accumulators());
    const std::vector<std::string>* row = row_of(steps, "K", "2");
    BOOST_REQUIRE(row != nullptr);
    BOOST_TEST((*row)[2] == "4");
    BOOST_TEST((*row)[3] == "4");  // pairs
    for (std::size_t column : {4U, 5U, 6U})
        BOOST_TEST(std::stod((*row)[column]) == 2.0, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(std::stod((*row)[7]) == 1.0, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(row_of(steps, "N", "4") == nullptr);  // N has one value
}

BOOST_AUTO_TEST_CASE(the_table_has_a_row_a_unit_and_the_page_names_the_furthest_ones) {
    std::vector<BopsResult> results = half_as_dear_accumulators();
    for (std::size_t i = 0; i < results.size(); ++i) results[i].figures.area = 100 + static_cast<double>(i);
    BOOST_TEST(bops_table(results).rows().size() == results.size());
    const std::string text = bops_markdown({}, {}, results);
    for (const char* part : {"Pearson", "L = 2, W3A8", "| P | 8 | 16 | 4 |", "P >= tree"})
        BOOST_TEST((text.find(part) != std::string::npos) == (std::string(part) != "L = 2, W3A8"), part);
    const XyPlot plot = bops_plot({}, {}, results, BopsQuantity::Flips);
    BOOST_TEST(plot.series.size() == 3U);  // two K, the line
    BOOST_TEST(plot.series[0].points.size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_bad_study_is_refused_with_all_its_errors) {
    const std::string text = errors_of(
        "name: a\nplain: none.sv\nlibrary: osu81\nrecipe: quick\nclock_mhz: 0\n"
        "units:\n  - {lanes: 4, activation_signedness: unsigned}\nactivity: {sparsity: 1.5, cycels: 3}\n");
    for (const char* part : {"none.sv is not a file", "osu81", "recipe", "clock_mhz", "unsigned factor",
                             "bops.yaml:8:22: error", "did you mean \"cycles\""})
        BOOST_TEST(text.find(part) != std::string::npos, part << " in " << text);
    BOOST_TEST(errors_of("name: a\nplain: none.sv\nunits: [{lanes: 4}]\n").find("at least 3") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_committed_study_has_the_units_of_figure_2) {
    auto config = read_bops_config(testing::source_folder() / "configs/bops/figure2.yaml");
    BOOST_REQUIRE(config.has_value());
    BOOST_TEST(config->units.size() == 252U);
    for (const hw::DotProductShape& unit : config->units)
        BOOST_TEST(unit.activation_bits.bits() >= unit.weight_bits.bits());
}

BOOST_AUTO_TEST_SUITE_END()
