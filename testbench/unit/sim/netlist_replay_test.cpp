// Which part of a stimulus a replay on the netlist samples.
#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "sim/netlist/replay.hpp"

namespace {

using namespace macaw;

// Layers of one beat a block, with the given numbers of blocks; no data.
sim::Stimulus layers_of(const std::vector<std::int64_t>& blocks) {
    sim::Stimulus stimulus;
    for (std::int64_t count : blocks) {
        sim::LayerStimulus layer;
        layer.name = fmt::format("layer{}", stimulus.layers.size());
        layer.token_groups = 1;
        layer.column_groups = count;
        layer.beats = 1;
        stimulus.layers.push_back(layer);
    }
    return stimulus;
}

std::int64_t segments_in(const std::vector<sim::SegmentStart>& starts, std::size_t layer) {
    return std::count_if(starts.begin(), starts.end(),
                         [&](const auto& start) { return start.layer == layer; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(netlist_replay)

BOOST_AUTO_TEST_CASE(segments_follow_the_cycles_of_the_layers_and_every_layer_has_one) {
    sim::ReplayOptions options{64, 100, 1};
    auto starts = sim::plan_segments(layers_of({1000, 3000, 1}), options);
    BOOST_REQUIRE(starts.has_value());
    BOOST_TEST(starts->size() == 64U);
    BOOST_TEST(segments_in(*starts, 0) == 16);  // 64 * 1000/4001 = 15.996
    BOOST_TEST(segments_in(*starts, 1) == 47);
    BOOST_TEST(segments_in(*starts, 2) == 1);
}

BOOST_AUTO_TEST_CASE(segments_are_spread_evenly_over_a_layer) {
    auto starts = sim::plan_segments(layers_of({6400}), {64, 100, 5});
    BOOST_REQUIRE(starts.has_value());
    for (std::size_t i = 1; i < starts->size(); ++i)
        BOOST_TEST((*starts)[i].block - (*starts)[i - 1].block == 100);
}

BOOST_AUTO_TEST_CASE(the_seed_decides_the_sample_and_nothing_else_does) {
    auto stimulus = layers_of({640000});
    BOOST_TEST((*sim::plan_segments(stimulus, {64, 100, 5}) == *sim::plan_segments(stimulus, {64, 100, 5})));
    BOOST_TEST((*sim::plan_segments(stimulus, {64, 100, 5}) != *sim::plan_segments(stimulus, {64, 100, 6})));
}

BOOST_AUTO_TEST_CASE(more_layers_than_segments_is_an_error_that_says_how_many_are_needed) {
    auto starts = sim::plan_segments(layers_of(std::vector<std::int64_t>(65, 10)), {64, 100, 1});
    BOOST_REQUIRE(!starts.has_value());
    BOOST_TEST(starts.error().hint == "power.segments: 128");
}

BOOST_AUTO_TEST_SUITE_END()
