// Energy by layer, by hand.
#include <boost/test/unit_test.hpp>

#include "reports/silicon/energy.hpp"

namespace {

using namespace macaw;

// Two layers of 2 tokens: 3 blocks of 4 beats, and 1 block of 10 beats.
sim::Stimulus two_layers() {
    sim::Stimulus stimulus;
    for (const auto& [blocks, beats] : {std::pair{3, 4}, std::pair{1, 10}}) {
        sim::LayerStimulus layer;
        layer.name = fmt::format("layer{}", stimulus.layers.size());
        layer.shape = {2, 40, 5};
        layer.token_groups = 1;
        layer.column_groups = blocks;
        layer.beats = beats;
        stimulus.layers.push_back(layer);
    }
    return stimulus;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(silicon_energy)

BOOST_AUTO_TEST_CASE(a_layer_is_charged_its_own_power_and_its_own_rate) {
    sim::Activity activity;
    activity.cycles = 300;
    activity.beats = 200;
    activity.layer_cycles = {200, 100};
    activity.layer_beats = {100, 100};             // the first layer stalls every other cycle
    activity.layer_weighted_toggles = {100, 400};  // W of a toggle a cycle
    reports::Power power;
    power.total.clock = 1;
    power.total.leakage = 0.5;
    const auto layers = reports::energy_by_layer(two_layers(), activity, power, 1);  // 1 us a cycle
    BOOST_REQUIRE(layers.size() == 2U);
    BOOST_TEST(layers[0].cycles_per_token == 12.0);
    BOOST_TEST(layers[0].sampled_cycles == 200);
    BOOST_TEST(layers[0].power == 2.0);
    BOOST_TEST(layers[0].energy_per_token == 24e-6, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(layers[1].power == 5.5);
    BOOST_TEST(layers[1].energy_per_token == 27.5e-6, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(reports::energy_per_token(layers) == 51.5e-6, boost::test_tools::tolerance(1e-12));
    const Table table = reports::energy_table(layers);
    BOOST_TEST(std::stod(table.rows()[0].back()) == 24 / 51.5, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_layer_that_the_sample_never_saw_is_charged_the_mean_of_the_others) {
    sim::Activity activity;
    activity.cycles = 200;
    activity.beats = 100;
    activity.layer_cycles = {200, 0};
    activity.layer_beats = {100, 0};
    activity.layer_weighted_toggles = {400, 0};
    reports::Power power;
    power.total.clock = 1;
    power.total.switching = 2;
    const auto layers = reports::energy_by_layer(two_layers(), activity, power, 1);
    BOOST_TEST(layers[1].sampled_cycles == 0);
    BOOST_TEST(layers[1].cycles_per_token == 10.0);
    BOOST_TEST(layers[1].power == 3.0);
    // A few stalled cycles of it are no rate.
    activity.layer_cycles = {160, 40};
    activity.layer_beats = {99, 1};
    activity.layer_weighted_toggles = {390, 10};
    BOOST_TEST(reports::energy_by_layer(two_layers(), activity, power, 1)[1].cycles_per_token == 10.0);
    activity.beats = 0;
    BOOST_CHECK_THROW(reports::energy_by_layer(two_layers(), activity, power, 1), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()
