// Area, least period and power against the width of the accumulators: the recipe `balanced` gives areas that
// grow with P_I for the arithmetic that sweeps use. One 2 x 2 array of the demo's dot-product units (L = 16,
// T = 64, W4A8).
#include "../../cosim/reports/silicon_fixture.hpp"

namespace {

using namespace macaw;
using testing::value_of;

struct Point {
    int inner_bits;
    double area, pe_area, period, power;
};

Point measure(int inner_bits, hw::Arithmetic arithmetic) {
    testing::SmallArray small;
    small.datapath.tile = 64;
    small.datapath.inner_bits = golden::BitWidth(inner_bits);
    small.datapath.outer_bits = golden::BitWidth(inner_bits + 4);
    small.datapath.products_per_check = 16;
    small.array.lanes = 16;
    small.array.arithmetic = arithmetic;
    testing::SiliconWorkspace work(small);
    auto result =
        value_of(reports::run_silicon(testing::quick_options(), {work.rtl, work.stimulus, {}}, work.silicon));
    return {inner_bits, result.synthesis.area, result.synthesis.area_of("macaw_pe"),
            result.timing.min_period_ns, result.power->total.total() * 1e3};
}

void check_growth(hw::Arithmetic arithmetic, const std::string& name) {
    std::vector<Point> points;
    for (int inner_bits : {12, 16, 20, 24, 32}) {
        points.push_back(measure(inner_bits, arithmetic));
        const Point& p = points.back();
        BOOST_TEST_MESSAGE(fmt::format("{} P_I={}: {:.0f} um2 (PE {:.0f}), {:.2f} ns, {:.2f} mW", name,
                                       p.inner_bits, p.area, p.pe_area, p.period, p.power));
        BOOST_TEST(p.period > 0);
    }
    for (std::size_t i = 1; i < points.size(); ++i) {
        BOOST_TEST(points[i].area > points[i - 1].area, name << " at P_I " << points[i].inner_bits);
        BOOST_TEST(points[i].pe_area > points[i - 1].pe_area, name << " at P_I " << points[i].inner_bits);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(area_table)

BOOST_AUTO_TEST_CASE(area_grows_with_the_width_of_dadda_units) {
    check_growth(hw::Arithmetic::Structural, "dadda");
}

BOOST_AUTO_TEST_CASE(area_grows_with_the_width_of_behavioural_units) {
    check_growth(hw::Arithmetic::Behavioural, "behavioural");
}

BOOST_AUTO_TEST_SUITE_END()
