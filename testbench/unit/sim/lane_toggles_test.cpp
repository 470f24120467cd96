// Vertical counters of toggles by lane against counting one by one.
#include "sim/netlist/lane_toggles.hpp"

#include <random>

#include "testbench/support/property.hpp"

namespace {

using namespace macaw;

using Values = std::vector<std::uint64_t>;  // [nets]

// Sums of small integers, so that the order of additions does not matter.
std::array<double, 64> one_by_one(const std::vector<double>& weights, const std::vector<Values>& cycles) {
    std::array<double, 64> sums{};
    for (std::size_t cycle = 1; cycle < cycles.size(); ++cycle)
        for (std::size_t net = 0; net < weights.size(); ++net)
            for (std::size_t lane = 0; lane < sums.size(); ++lane)
                if (((cycles[cycle][net] ^ cycles[cycle - 1][net]) >> lane & 1) != 0)
                    sums[lane] += weights[net];
    return sums;
}

std::array<double, 64> by_planes(const std::vector<double>& weights, const std::vector<Values>& cycles) {
    sim::LaneToggles lanes(weights);
    for (std::size_t cycle = 1; cycle < cycles.size(); ++cycle) lanes.add(cycles[cycle], cycles[cycle - 1]);
    return lanes.sums();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lane_toggles)

BOOST_AUTO_TEST_CASE(sums_of_each_lane_equal_counting_one_by_one) {
    testing::check_property("any values, few or many cycles", [](std::uint64_t seed) {
        std::mt19937_64 random(seed);
        const std::size_t nets = 1 + random() % 9, cycles = random() % 40;
        std::vector<double> weights(nets);
        for (double& weight : weights) weight = static_cast<double>(random() % 7);
        std::vector<Values> values(cycles + 1, Values(nets));
        for (Values& cycle : values)
            for (std::uint64_t& word : cycle) word = random() & random();
        RC_ASSERT(by_planes(weights, values) == one_by_one(weights, values));
    });
}

BOOST_AUTO_TEST_CASE(counts_go_on_where_the_planes_are_full) {
    // Net 0 toggles in every cycle, net 1 in every third, in lane 5 only.
    constexpr int kCycles = 5000;
    std::vector<Values> values(1, Values(2));
    for (int cycle = 1; cycle <= kCycles; ++cycle) {
        values.push_back(values.back());
        values.back()[0] ^= ~std::uint64_t{0};
        if (cycle % 3 == 0) values.back()[1] ^= std::uint64_t{1} << 5;
    }
    const auto sums = by_planes({1, 10}, values);
    BOOST_TEST(sums[0] == 5000.0);
    BOOST_TEST(sums[5] == 5000.0 + 10 * 1666);
    BOOST_TEST(sums[63] == 5000.0);
}

BOOST_AUTO_TEST_CASE(values_of_another_netlist_are_a_defect) {
    const std::vector<double> weights(3, 1);
    sim::LaneToggles lanes(weights);
    BOOST_CHECK_THROW(lanes.add(Values(2), Values(2)), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()
