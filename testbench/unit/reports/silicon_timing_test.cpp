// Which warnings of OpenSTA's check_setup are excused.
#include <boost/test/unit_test.hpp>

#include "reports/silicon/timing.hpp"

using macaw::reports::without_endpoints;

BOOST_AUTO_TEST_SUITE(silicon_timing)

BOOST_AUTO_TEST_CASE(endpoints_that_are_constant_are_excused_and_others_are_not) {
    const std::string said = "Warning: There are 2 unconstrained endpoints.\n  bresp_o[0]\n  u_pe/_7_/D\n";
    BOOST_TEST(without_endpoints(said, {"bresp_o[0]", "u_pe/_7_/D"}) == "");
    BOOST_TEST(without_endpoints(said, {"bresp_o[0]"}) ==
               "Warning: There are 2 unconstrained endpoints.\n  u_pe/_7_/D\n");
    BOOST_TEST(without_endpoints(said, {"bresp_o"}) == said);
}

BOOST_AUTO_TEST_CASE(other_warnings_stay_even_of_constant_ports) {
    const std::string clocks = "Warning: There is 1 unclocked register/latch pin.\n  bresp_o[0]\n";
    const std::string endpoints = "Warning: There is 1 unconstrained endpoint.\n  bresp_o[0]\n";
    BOOST_TEST(without_endpoints(clocks + endpoints, {"bresp_o[0]"}) == clocks);
    BOOST_TEST(without_endpoints(endpoints + clocks, {"bresp_o[0]"}) == clocks);
    const std::string unlisted = "Warning: There are 9 unconstrained endpoints.\n";
    BOOST_TEST(without_endpoints(unlisted, {"bresp_o[0]"}) == unlisted);
}

BOOST_AUTO_TEST_SUITE_END()
