// From coefficients and toggles to power, with figures that can be checked by hand.
#include <cmath>

#include <boost/test/unit_test.hpp>

#include "reports/silicon/power.hpp"

namespace {

using namespace macaw;

// Two instances: a full adder (nets 2 and 3) in module pe, a flip-flop (net 4) in module top. One input port
// (net 5).
sim::FlatNetlist two_cells() {
    sim::FlatNetlist netlist;
    netlist.top = "top";
    netlist.clock = "clk_i";
    netlist.nets = 7;
    netlist.instances = {{"p/fa", "FAX1", "pe", {2, 3}, false}, {"f", "DFFPOSX1", "top", {4}, true}};
    netlist.ports["a_i"] = {true, {5}};
    netlist.ports["clk_i"] = {true, {6}};
    return netlist;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(silicon_power)

BOOST_AUTO_TEST_CASE(power_is_linear_in_the_toggles_of_each_output) {
    std::vector<reports::PowerCoefficients> coefficients = {{0, 8e-6, 4e-6, 1e-9, {0.25, 0.75}},
                                                            {2e-6, 6e-6, 2e-6, 2e-9, {1.0}}};
    sim::Activity activity;
    activity.cycles = 100;
    activity.toggles = {0, 0, 50, 25, 10, 0, 0};
    reports::Power power = reports::estimate_power(two_cells(), coefficients, activity);
    // Full adder: internal 8 uW * (0.5 + 0.25) / 2 = 3 uW; switching 4 uW * (0.25 * 0.5 + 0.75 * 0.25) = 1.25
    // uW. Flip-flop: clock pin 2 uW; internal 6 uW * 0.1 = 0.6 uW; switching 2 uW * 0.1 = 0.2 uW.
    BOOST_TEST(power.total.clock == 2e-6, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(power.total.internal == 3.6e-6, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(power.total.switching == 1.45e-6, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(power.total.leakage == 3e-9, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(power.total.cells == 2);
    BOOST_REQUIRE_EQUAL(power.modules.size(), 2U);
    BOOST_TEST(power.modules[0].module == "pe");
}

// The figures above in one more way: what a toggle of each net costs, in two segments of 50 cycles.
BOOST_AUTO_TEST_CASE(segments_have_a_power_of_their_own_and_their_mean_is_the_total) {
    std::vector<reports::PowerCoefficients> coefficients = {{0, 8e-6, 4e-6, 1e-9, {0.25, 0.75}},
                                                            {2e-6, 6e-6, 2e-6, 2e-9, {1.0}}};
    const std::vector<double> weights = reports::toggle_weights(two_cells(), coefficients);
    const std::vector<double> expected = {0, 0, 5e-6, 7e-6, 8e-6, 0, 0};
    for (std::size_t net = 0; net < expected.size(); ++net)
        BOOST_TEST(weights[net] == expected[net], boost::test_tools::tolerance(1e-9));
    sim::Activity activity;
    activity.cycles = 100;
    activity.toggles = {0, 0, 50, 25, 10, 0, 0};
    activity.segment_weighted_toggles = {40 * 5e-6 + 25 * 7e-6, 10 * 5e-6 + 10 * 8e-6};
    const reports::Power power = reports::estimate_power(two_cells(), coefficients, activity);
    BOOST_REQUIRE(power.segments.size() == 2U);
    BOOST_TEST(power.segments[0] == 2.003e-6 + 7.5e-6, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(power.segments[1] == 2.003e-6 + 2.6e-6, boost::test_tools::tolerance(1e-9));
    activity.segment_weighted_toggles[1] *= 1.01;
    BOOST_CHECK_THROW(reports::estimate_power(two_cells(), coefficients, activity), std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_mean_knows_its_standard_error_where_there_are_two_values) {
    const reports::Mean mean = reports::mean_of(std::vector<double>{1, 2, 3, 6});
    BOOST_TEST(mean.value == 3.0);
    // Squares 4 + 1 + 0 + 9 = 14; variance 14 / 3, of the mean 14 / 12.
    BOOST_TEST(*mean.standard_error == std::sqrt(14.0 / 12), boost::test_tools::tolerance(1e-12));
    BOOST_TEST(!reports::mean_of(std::vector<double>{5}).standard_error.has_value());
}

BOOST_AUTO_TEST_CASE(a_cell_that_no_clock_reaches_is_refused_where_it_toggles) {
    // 1 pF at 1.8 V and 100 MHz: 162 uW.
    std::vector<reports::PowerCoefficients> coefficients = {{0, 0, 162e-6, 0, {0.5, 0.5}, 1e-12},
                                                            {0, 0, 1.62e-12, 0, {1.0}, 1e-12}};
    sim::Activity activity;
    activity.cycles = 100;
    activity.toggles = {0, 0, 50, 25, 0, 0, 0};
    BOOST_TEST(reports::check_switching(two_cells(), coefficients, activity, 1.8, 100).has_value());
    activity.toggles[4] = 1;
    const auto refused = reports::check_switching(two_cells(), coefficients, activity, 1.8, 100);
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST(refused.error().message.find("OpenSTA gives f the switching power") != std::string::npos);
    coefficients.pop_back();
    BOOST_CHECK_THROW(reports::check_switching(two_cells(), coefficients, activity, 1.8, 100),
                      std::logic_error);
}

BOOST_AUTO_TEST_CASE(static_probabilities_are_those_of_data_nets) {
    std::vector<reports::PowerCoefficients> coefficients = {{0, 0, 0, 0, {0.5, 0.5}}, {0, 0, 0, 0, {1.0}}};
    sim::Activity activity;
    activity.cycles = 10;
    activity.toggles.assign(7, 1);
    BOOST_TEST(!reports::estimate_power(two_cells(), coefficients, activity).static_probability.has_value());
    activity.ones = {0, 10, 2, 4, 6, 8, 5};  // neither the constants nor the clock
    BOOST_TEST(*reports::estimate_power(two_cells(), coefficients, activity).static_probability == 0.5,
               boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(every_net_is_counted_and_those_without_a_toggle_are_named_idle) {
    std::vector<reports::PowerCoefficients> coefficients = {{0, 0, 0, 0, {0.5, 0.5}}, {0, 0, 0, 0, {1.0}}};
    sim::Activity activity;
    activity.cycles = 10;
    activity.toggles = {0, 0, 10, 0, 10, 0, 0};
    reports::Power power = reports::estimate_power(two_cells(), coefficients, activity);
    BOOST_TEST(power.nets == 4);  // three outputs and one input; the clock is not data
    BOOST_TEST(power.idle_nets == 2);
    BOOST_TEST(power.toggles_per_cycle == 0.5, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_net_without_activity_is_a_defect) {
    std::vector<reports::PowerCoefficients> coefficients = {{0, 0, 0, 0, {0.5, 0.5}}, {0, 0, 0, 0, {1.0}}};
    sim::Activity activity;
    activity.cycles = 10;
    activity.toggles = {0, 0, 1};
    BOOST_CHECK_THROW(reports::estimate_power(two_cells(), coefficients, activity), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()
