// activity.saif of a netlist that was written by hand.
#include <boost/test/unit_test.hpp>

#include "golden/support/file.hpp"
#include "reports/silicon/saif.hpp"
#include "testbench/support/files.hpp"

namespace {

using namespace macaw;

// Nets: 2 the clock, 3 an input, 4 the output of an instance whose level above has no net.
sim::FlatNetlist by_hand() {
    sim::FlatNetlist netlist;
    netlist.top = "top";
    netlist.clock = "clk_i";
    netlist.nets = 5;
    netlist.ports["clk_i"] = {true, {2}};
    netlist.names = {{"clk_i[0]", 2, false},
                     {"a[1]", 3, true},  // a[0] is a constant
                     {"v[0]", 4, true},  // v[1] is a constant
                     {"g/u.x/y[0]", 4, false}};
    return netlist;
}

sim::Activity activity_of(const sim::FlatNetlist& netlist) {
    sim::Activity activity;
    activity.cycles = 100;
    activity.toggles = {0, 0, 0, 7, 50};
    activity.ones = {0, 100, 0, 25, 50};
    activity.toggles.resize(netlist.nets);
    return activity;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(silicon_saif)

BOOST_AUTO_TEST_CASE(a_file_by_hand) {
    const testing::ScratchFolder folder;
    const sim::FlatNetlist netlist = by_hand();
    BOOST_REQUIRE(
        reports::write_saif(netlist, activity_of(netlist), 100, folder.path() / "a.saif").has_value());
    BOOST_TEST(read_text(folder.path() / "a.saif").value() ==
               "(SAIFILE\n(SAIFVERSION \"2.0\")\n(DIRECTION \"backward\")\n(DESIGN \"top\")\n"
               "(VENDOR \"macaw\")\n(PROGRAM_NAME \"macaw\")\n(DIVIDER / )\n(TIMESCALE 1 ps)\n"
               "(DURATION 1000000)\n"
               "(INSTANCE top\n(NET\n"
               "(a\\[1\\] (T0 750000) (T1 250000) (TX 0) (TC 7) (IG 0))\n"
               "(clk_i (T0 500000) (T1 500000) (TX 0) (TC 200) (IG 0))\n"
               "(v\\[0\\] (T0 500000) (T1 500000) (TX 0) (TC 50) (IG 0))\n"
               ")\n"
               "(INSTANCE g\n"
               "(INSTANCE u\\.x\n(NET\n"
               "(y (T0 500000) (T1 500000) (TX 0) (TC 50) (IG 0))\n"
               ")\n)\n)\n)\n)\n");
}

BOOST_AUTO_TEST_CASE(without_names_or_static_probabilities_there_is_no_file) {
    const testing::ScratchFolder folder;
    sim::FlatNetlist netlist = by_hand();
    sim::Activity activity = activity_of(netlist);
    activity.ones.clear();
    BOOST_CHECK_THROW(reports::write_saif(netlist, activity, 100, folder.path() / "a.saif").has_value(),
                      std::logic_error);
    netlist.names.clear();
    BOOST_CHECK_THROW(
        reports::write_saif(netlist, activity_of(netlist), 100, folder.path() / "a.saif").has_value(),
        std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()
