// Counting the toggles of a VCD file that was written by hand.
#include "sim/icarus/vcd_counter.hpp"

#include <boost/test/unit_test.hpp>

#include "golden/support/file.hpp"
#include "testbench/support/files.hpp"

namespace {

using namespace macaw;

Expected<sim::VcdToggles> count(const std::string& changes) {
    testing::ScratchFolder folder;
    const std::string header =
        "$timescale 1ps $end\n$scope module bench $end\n$scope module dut $end\n"
        "$var wire 1 ! a $end\n$var wire 4 # b [3:0] $end\n$scope module u $end\n"
        "$var wire 1 ! y $end\n$upscope $end\n$upscope $end\n$upscope $end\n$enddefinitions $end\n";
    BOOST_REQUIRE(write_text(folder.path() / "a.vcd", header + changes).has_value());
    return sim::count_vcd_toggles(folder.path() / "a.vcd");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(vcd_counter)

BOOST_AUTO_TEST_CASE(each_change_of_a_bit_counts_under_every_name_and_the_first_value_does_not) {
    auto toggles = count("#0\n$dumpvars\n0!\nb11 #\n$end\n#5\n1!\nb1000 #\n#6\n0!\n#7\nb1001 #\n");
    BOOST_REQUIRE(toggles.has_value());
    BOOST_TEST(toggles->counts["a[0]"] == 2U);
    BOOST_TEST(toggles->counts["u/y[0]"] == 2U);
    BOOST_TEST(toggles->counts["b[0]"] == 2U);  // 0011, 1000, 1001
    BOOST_TEST(toggles->counts["b[1]"] == 1U);
    BOOST_TEST(toggles->counts["b[2]"] == 0U);
    BOOST_TEST(toggles->counts["b[3]"] == 1U);
    BOOST_TEST(toggles->unknown_changes == 0U);
}

BOOST_AUTO_TEST_CASE(the_time_at_one_runs_from_change_to_change_and_to_the_end) {
    auto toggles = count("#10\n$dumpvars\n0!\nb11 #\n$end\n#15\n1!\nb1000 #\n#16\n0!\n#17\nb1001 #\n#20\n");
    BOOST_REQUIRE(toggles.has_value());
    BOOST_TEST(toggles->high_times["a[0]"] == 1U);
    BOOST_TEST(toggles->high_times["u/y[0]"] == 1U);
    BOOST_TEST(toggles->high_times["b[0]"] == 8U);  // 10 to 15, 17 to 20
    BOOST_TEST(toggles->high_times["b[1]"] == 5U);
    BOOST_TEST(toggles->high_times["b[2]"] == 0U);
    BOOST_TEST(toggles->high_times["b[3]"] == 5U);
}

BOOST_AUTO_TEST_CASE(changes_to_and_from_unknown_values_are_counted_apart) {
    auto toggles = count("#0\n0!\nbx #\n#5\nx!\nb0 #\n");
    BOOST_REQUIRE(toggles.has_value());
    BOOST_TEST(toggles->unknown_changes == 5U);  // one bit of a, four of b
}

BOOST_AUTO_TEST_CASE(a_change_of_a_variable_that_nobody_declared_is_an_error) {
    BOOST_TEST(!count("#0\n1?\n").has_value());
}

BOOST_AUTO_TEST_CASE(a_time_that_is_no_number_is_an_error) {
    BOOST_TEST(count("#0\n0!\n#12\n").has_value());
    for (const char* time : {"#\n", "#x\n", "#12x\n"}) BOOST_TEST(!count(time).has_value(), time);
}

BOOST_AUTO_TEST_SUITE_END()
