// Coverage data as Verilator writes it, and which holes count as explained.
#include "sim/coverage/code_coverage.hpp"

#include "golden/support/file.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

namespace {

using namespace macaw;

std::string point(const std::string& page, const std::string& object, int count) {
    return "C '\x01"
           "f\x02"
           "/rtl/macaw_pe.sv\x01"
           "l\x02"
           "12\x01n\x02"
           "3\x01page\x02" +
           page + "\x01o\x02" + object + "\x01h\x02TOP.macaw_array.u_pe_r*' " + std::to_string(count) + "\n";
}

std::filesystem::path write(const testing::ScratchFolder& folder, const std::string& name,
                            const std::string& text) {
    BOOST_TEST_REQUIRE(write_text(folder.path() / name, "# SystemC::Coverage-3\n" + text).has_value());
    return folder.path() / name;
}

}  // namespace

BOOST_AUTO_TEST_CASE(counts_of_equal_points_are_added_over_the_runs) {
    testing::ScratchFolder folder;
    auto first = write(folder, "a.dat",
                       point("v_toggle/macaw_pe", "inner_q[3]", 2) + point("v_branch/macaw_pe", "if", 0));
    auto second = write(folder, "b.dat",
                        point("v_toggle/macaw_pe", "inner_q[3]", 5) + point("v_branch/macaw_pe", "if", 1));

    auto points = sim::read_code_coverage({first, second});

    BOOST_TEST_REQUIRE(points.has_value());
    auto toggles = sim::summarize_code_coverage(*points, true, {});
    auto lines = sim::summarize_code_coverage(*points, false, {});
    BOOST_TEST(toggles.points == 1);
    BOOST_TEST(toggles.covered == 1);
    BOOST_TEST(lines.points == 1);
    BOOST_TEST(lines.covered == 1);
    for (const sim::CoveragePoint& seen : *points) {
        BOOST_TEST(seen.module == "macaw_pe");
        BOOST_TEST(seen.file == "macaw_pe.sv");
        BOOST_TEST(seen.line == 12);
        BOOST_TEST(seen.count == (seen.is_toggle ? 7 : 1));
    }
}

BOOST_AUTO_TEST_CASE(a_hole_is_explained_only_where_the_bit_is_proven_constant) {
    testing::ScratchFolder folder;
    auto file = write(folder, "a.dat",
                      point("v_toggle/macaw_pe", "inner_q[3]", 0) + point("v_toggle/macaw_pe", "carry", 0) +
                          point("v_line/macaw_pe", "block", 0));
    auto points = sim::read_code_coverage({file});
    BOOST_TEST_REQUIRE(points.has_value());

    auto toggles = sim::summarize_code_coverage(*points, true, {"macaw_pe.carry[0]"});
    auto lines = sim::summarize_code_coverage(*points, false, {"macaw_pe.carry[0]"});

    BOOST_TEST(toggles.percent() == 0.0);
    BOOST_TEST(toggles.holes.size() == 2U);
    BOOST_TEST(toggles.explained() == 1);
    BOOST_TEST(lines.holes.size() == 1U);
    BOOST_TEST(lines.explained() == 0);
}

BOOST_AUTO_TEST_CASE(no_points_and_unknown_points_are_errors) {
    testing::ScratchFolder folder;

    BOOST_TEST(!sim::read_code_coverage({write(folder, "empty.dat", "")}).has_value());
    BOOST_TEST(!sim::read_code_coverage({write(folder, "odd.dat", point("x_other/m", "a", 1))}).has_value());
}
