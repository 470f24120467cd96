// What a comparison concludes from figures that are made up here.
#include "reports/forms/form_table.hpp"

#include <boost/test/unit_test.hpp>

#include "testbench/support/files.hpp"

namespace {

using namespace macaw;
using reports::FormKind;
using reports::FormResult;

hw::DotProductShape unit(int accumulator_bits = 16) {
    hw::DotProductShape shape;
    shape.lanes = 16;
    shape.accumulator_bits = golden::BitWidth(accumulator_bits);
    return shape;
}

FormResult behavioural(double area, double period) {
    return {{0, unit(), {FormKind::Behavioural, false, {}}, reports::Recipe::Balanced},
            {area, period, 10, 0},
            {}};
}

FormResult structural(double area, double period, hw::Accumulation accumulation = {},
                      int accumulator_bits = 16) {
    hw::StructuralForm form;
    form.accumulation = accumulation;
    return {{0, unit(accumulator_bits), {FormKind::Structural, false, form}, reports::Recipe::Fastest},
            {area, period, 10, 5},
            {}};
}

std::vector<reports::FormLibrary> libraries() {
    reports::FormLibrary library;
    library.library.title = "lib";
    library.origin.library = "library lib, corner typical";
    return {library};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(form_table)

BOOST_AUTO_TEST_CASE(the_best_is_the_one_of_least_area_times_period) {
    std::vector<FormResult> results = {behavioural(100, 10), behavioural(200, 4), structural(90, 6),
                                       structural(100, 4, hw::Accumulation::CarrySave)};
    auto comparisons = reports::compare_forms(results);
    BOOST_REQUIRE(comparisons.size() == 1U);
    BOOST_TEST(comparisons[0].behavioural == &results[1]);
    BOOST_TEST(comparisons[0].structural == &results[3]);
    BOOST_TEST(comparisons[0].resolved == &results[2]);
    reports::FormDelta change = reports::delta(results[3].figures, results[1].figures);
    BOOST_TEST(change.product == -0.5);
    BOOST_TEST(change.is_no_worse());
    BOOST_TEST(!reports::delta(results[2].figures, results[1].figures).is_no_worse());
}

BOOST_AUTO_TEST_CASE(a_failed_point_is_never_the_best_and_is_named) {
    std::vector<FormResult> results = {behavioural(100, 10), behavioural(0, 0)};
    results[1].failure = "yosys failed";
    BOOST_TEST(reports::compare_forms(results)[0].behavioural == &results[0]);
    BOOST_TEST(!reports::is_pareto(results[1], results));
    BOOST_TEST(reports::form_markdown("t", results, libraries()).find("yosys failed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(pareto_points_are_those_that_no_other_beats) {
    std::vector<FormResult> results = {structural(90, 6), structural(100, 4), structural(100, 6),
                                       structural(90, 6)};
    BOOST_TEST(reports::is_pareto(results[0], results));
    BOOST_TEST(reports::is_pareto(results[1], results));
    BOOST_TEST(!reports::is_pareto(results[2], results));
    BOOST_TEST(reports::is_pareto(results[3], results));  // equal to the first
}

BOOST_AUTO_TEST_CASE(an_area_that_does_not_grow_with_p_is_named) {
    std::vector<FormResult> growing = {structural(90, 6, {}, 12), structural(95, 6, {}, 16),
                                       structural(99, 6, {}, 20)};
    BOOST_TEST(reports::area_growth(growing, libraries()).compared == 2);
    BOOST_TEST(reports::area_growth(growing, libraries()).not_growing.empty());
    BOOST_TEST(reports::form_markdown("t", growing, libraries()).find("larger in 2 of 2") !=
               std::string::npos);
    growing[1].figures.area = 99;
    auto found = reports::area_growth(growing, libraries()).not_growing;
    BOOST_REQUIRE(found.size() == 1U);
    BOOST_TEST(found[0].find("P = 20") != std::string::npos);
    BOOST_TEST(found[0].find("99 at P = 16") != std::string::npos, found[0]);
}

BOOST_AUTO_TEST_CASE(tables_and_metrics_hold_the_changes) {
    std::vector<FormResult> results = {behavioural(200, 4), structural(100, 4)};
    std::string text = reports::form_markdown("Title", results, libraries());
    for (const char* part : {"# Title", "| L = 16, W4A8, P = 16 |", "-50.0 %", "no full-adder", "no wires"})
        BOOST_TEST(text.find(part) != std::string::npos, part << " in " << text);
    Table table = reports::form_table(results, libraries());
    BOOST_TEST(table.rows().size() == 2U);
    Metrics metrics = reports::form_metrics(results, libraries());
    const Metric* change = metrics.find("forms__structural_area_period_change__lib_l16_w4a8_p16__ratio");
    BOOST_REQUIRE(change != nullptr);
    BOOST_TEST(change->value.get<double>() == -0.5);
    BOOST_TEST(change->how.find("fastest") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
