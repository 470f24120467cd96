// From coefficients and toggles to power, with figures that can be checked by hand.
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
