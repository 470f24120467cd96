// Which recipe `best` picks, and figures that two tools must agree on.
#include <boost/test/unit_test.hpp>

#include "reports/silicon/best_recipe.hpp"
#include "reports/silicon/cross_check.hpp"

namespace {

using namespace macaw;
using namespace macaw::reports;

// Area um^2, least period ns.
const std::vector<RecipeCandidate> kCandidates = {{Recipe::Balanced, 100, 5},
                                                  {Recipe::LeastArea, 80, 8},
                                                  {Recipe::Fastest, 130, 4},
                                                  {Recipe::LeastAreaSized, 80, 7}};

Recipe chosen_at(double clock_period_ns) {
    return kCandidates[choose_recipe(kCandidates, clock_period_ns)].recipe;
}

const char* const kStat =
    "   Chip area for module '\\part': 40.000000\n   Chip area for top module '\\whole': 120.000000\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(silicon_choice)

BOOST_AUTO_TEST_CASE(the_smallest_that_meets_the_clock_wins_and_the_first_of_equals) {
    BOOST_TEST((chosen_at(8) == Recipe::LeastArea));  // equal to the period: met
    BOOST_TEST((chosen_at(7.5) == Recipe::LeastAreaSized));
    BOOST_TEST((chosen_at(6) == Recipe::Balanced));
    BOOST_TEST((chosen_at(4.5) == Recipe::Fastest));
}

BOOST_AUTO_TEST_CASE(where_none_meets_the_clock_the_shortest_period_wins) {
    BOOST_TEST((chosen_at(3) == Recipe::Fastest));
}

BOOST_AUTO_TEST_CASE(the_table_lists_every_candidate_and_marks_one) {
    const Table table = recipe_table(kCandidates, 6);
    BOOST_REQUIRE(table.rows().size() == kCandidates.size());
    for (const auto& row : table.rows()) BOOST_TEST((row.back() == "true") == (row[0] == "balanced"), row[0]);
    BOOST_TEST(table.rows()[1][5] == "false");  // least_area does not meet 6 ns
    BOOST_TEST(table.rows()[0][3] == "200.0");  // MHz
}

BOOST_AUTO_TEST_CASE(an_area_equal_to_that_of_yosys_passes_and_one_cell_less_does_not) {
    BOOST_TEST(*check_area("whole", 120, kStat) == 120.0);
    BOOST_TEST(*check_area("part", 40, kStat) == 40.0);
    for (double wrong : {96.0, 120.01, 40.0}) {
        auto area = check_area("whole", wrong, kStat);
        BOOST_REQUIRE(!area.has_value());
        BOOST_TEST((area.error().kind == ErrorKind::ToolFailed));
        BOOST_TEST(area.error().message.find("Yosys says 120") != std::string::npos, area.error().message);
    }
    auto none = check_area("other", 120, kStat);
    BOOST_REQUIRE(!none.has_value());
    BOOST_TEST(none.error().message == "Yosys printed no area of module other");
}

// Of each module the last report counts (after sizing), over modules the largest.
BOOST_AUTO_TEST_CASE(the_delay_of_abc_is_the_largest_of_the_last_reports_of_all_modules) {
    const std::string output =
        "Extracting gate netlist of module `\\a' to `input.blif'..\n"
        "ABC: Gates = 9 Delay =  9000.00 ps  (  6.3 %)\nABC: Gates = 9 Delay =  4500.00 ps  (  6.3 %)\n"
        "Extracting gate netlist of module `\\b' to `input.blif'..\nABC: Gates = 3 Delay =  2500.50 ps\n";
    BOOST_TEST(abc_delay_ns(output) == 4.5, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(abc_delay_ns("nothing") == 0.0);
}

BOOST_AUTO_TEST_SUITE_END()
