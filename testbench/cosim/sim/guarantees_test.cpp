// The checks that make a result believable, on small layers: worst-case inputs at and below the certified
// widths, negative controls, and the whole step with its files, metrics and verdict.
#include "golden/support/csv.hpp"
#include "golden/support/metrics.hpp"
#include "hw/array/write_rtl.hpp"
#include "sim/cosimulation_step.hpp"
#include "sim/rtl_under_test.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"
#include "testbench/unit/sim/random_layer.hpp"

namespace {

using namespace macaw;
using golden::BitWidth;
using golden::OverflowMode;
using testing::RandomLayer;

hw::ArrayConfig two_by_two(int lanes) {
    hw::ArrayConfig array;
    array.rows = array.columns = 2;
    array.lanes = lanes;
    return array;
}

golden::Datapath wide_enough(int tile) {
    golden::Datapath datapath;
    datapath.tile = tile;
    datapath.inner_bits = BitWidth(16);
    datapath.outer_bits = BitWidth(20);
    return datapath;
}

// Two layers of different K, one ragged.
golden::QuantizedModel small_model(const golden::Datapath& datapath) {
    golden::QuantizedModel model;
    model.datapath = datapath;
    model.layers = {RandomLayer(datapath, 1, 40, 12, 1).layer(), RandomLayer(datapath, 1, 21, 9, 2).layer()};
    return model;
}

sim::LayerData activations_for(const golden::QuantizedLayer& layer, const golden::Datapath& datapath,
                               std::int64_t tokens) {
    sim::LayerData data = RandomLayer(datapath, tokens, layer.in_features, 1, 77).data();
    data.layer = &layer;
    return data;
}

}  // namespace

BOOST_AUTO_TEST_CASE(worst_case_inputs_reach_the_certificate_exactly_and_one_bit_less_raises_flags) {
    testing::ScratchFolder folder;
    golden::QuantizedModel model = small_model(wide_enough(8));
    golden::Certificate certificate = golden::certify(model);

    auto result = sim::check_worst_case(model, certificate, two_by_two(4), folder.path(), "test");

    BOOST_TEST_REQUIRE(result.has_value(), (result ? "" : to_text(result.error())));
    auto verdict = result->verdict();
    BOOST_TEST(verdict.has_value(), (verdict ? "" : to_text(verdict.error())));
    BOOST_TEST(result->total.rows == 12 + 9);
    BOOST_TEST(result->total.vectors == 4 * (12 + 9));
    BOOST_TEST(result->total.certified.comparison.outputs == 4 * (12 + 9));
    BOOST_TEST(result->total.certified.comparison.mismatches == 0);
    BOOST_TEST(result->total.extremes_missed == 0);
    BOOST_TEST(result->total.certified.rtl_flags == 0);
    BOOST_TEST_REQUIRE(result->total.narrower_inner.has_value());
    BOOST_TEST(result->total.narrower_inner->comparison.mismatches == 0);
    BOOST_TEST(result->total.narrower_inner->rtl_flags >= 1);
    BOOST_TEST(result->total.narrower_inner->rtl_flags == result->total.narrower_inner->golden_flags);
    BOOST_TEST_REQUIRE(result->total.narrower_outer.has_value());
    BOOST_TEST(result->total.narrower_outer->rtl_flags >= 1);
    BOOST_TEST(result->total.narrower_outer->rtl_flags == result->total.narrower_outer->golden_flags);
}

BOOST_AUTO_TEST_CASE(a_certificate_that_promises_too_much_is_caught_by_the_worst_case_inputs) {
    testing::ScratchFolder folder;
    golden::QuantizedModel model = small_model(wide_enough(8));
    golden::Certificate certificate = golden::certify(model);
    certificate.inner_bits = BitWidth(certificate.inner_bits.bits() - 1);
    certificate.layers[0].rows[3].outer.max += 1;

    auto result = sim::check_worst_case(model, certificate, two_by_two(4), folder.path(), "test");

    BOOST_TEST_REQUIRE(result.has_value());
    BOOST_TEST(result->total.extremes_missed >= 1);
    BOOST_TEST(result->total.certified.rtl_flags >= 1);
    BOOST_TEST_REQUIRE(!result->verdict().has_value());
    BOOST_TEST((result->verdict().error().kind == ErrorKind::CheckFailed));
}

BOOST_AUTO_TEST_CASE(unconstrained_codes_at_12_and_11_bits_overflow_and_all_models_agree) {
    testing::ScratchFolder folder;
    golden::Datapath datapath = wide_enough(64);
    RandomLayer layer(datapath, 24, 200, 20, 9);
    std::vector<sim::LayerData> layers = {layer.data()};
    std::vector<BitWidth> widths = {BitWidth(12), BitWidth(11)};

    auto control = sim::run_negative_control(layers, datapath, widths, two_by_two(16), folder.path(), "test");

    BOOST_TEST_REQUIRE(control.has_value(), (control ? "" : to_text(control.error())));
    BOOST_TEST(control->runs.size() == 6U);
    BOOST_TEST(control->outputs == 6 * 2 * 24 * 20);
    BOOST_TEST(control->comparison.mismatches == 0);
    // Random W4A8 codes: a tile of 64 has a standard deviation of sqrt(64) * 4.3 * 74 = 2550 against a limit
    // of 2047 (12 bits), so nearly every output of 200 products wraps in one of its four tiles.
    BOOST_TEST(control->wrapped_outputs > 480);
    BOOST_TEST(control->saturated_outputs > 480);
    BOOST_TEST(control->verdict(480).has_value());
    for (const sim::NegativeControlRun& run : control->runs) {
        bool flags = run.datapath.inner_overflow != OverflowMode::Wrap;
        BOOST_TEST(
            (run.rtl.inner_flag_outputs == (flags ? run.rtl.golden_counts.inner_overflow_outputs : 0)));
    }
}

BOOST_AUTO_TEST_CASE(a_negative_control_without_overflows_is_no_control) {
    sim::NegativeControlResult control;
    control.wrapped_outputs = 999;
    control.saturated_outputs = 5000;

    BOOST_TEST_REQUIRE(!control.verdict(1000).has_value());
    BOOST_TEST(control.verdict(999).has_value());
}

BOOST_AUTO_TEST_CASE(the_whole_step_writes_its_files_and_refuses_a_foreign_certificate) {
    testing::ScratchFolder folder;
    hw::ArrayConfig array = two_by_two(4);
    golden::Datapath datapath = sim::with_mode(wide_enough(8), OverflowMode::Wrap, array);
    golden::QuantizedModel model = small_model(datapath);
    golden::Certificate certificate = golden::certify(model);
    RandomLayer unconstrained(datapath, 70, 200, 20, 9);
    std::filesystem::create_directories(folder.path() / "rtl");
    std::filesystem::create_directories(folder.path() / "out");
    BOOST_TEST_REQUIRE(hw::write_rtl(folder.path() / "rtl", datapath, array, "test").has_value());
    sim::CosimulationOptions options;
    options.rtl_folder = folder.path() / "rtl";
    options.work_folder = folder.path() / "work";
    options.command_line = "test";
    options.negative_inner_bits = {BitWidth(11)};
    sim::CosimulationInput input{&model, &certificate, {}, {unconstrained.data()}};
    for (const golden::QuantizedLayer& layer : model.layers)
        input.layers.push_back(activations_for(layer, datapath, 13));

    auto result = sim::run_cosimulation(options, input, folder.path() / "out");

    BOOST_TEST_REQUIRE(result.has_value(), (result ? "" : to_text(result.error())));
    auto verdict = result->verdict();
    BOOST_TEST(verdict.has_value(), (verdict ? "" : to_text(verdict.error())));
    auto value = [&](const char* key) { return result->metrics.find(key)->value; };
    BOOST_TEST((value("cosim__outputs__count") == 2 * 13 * (12 + 9)));
    BOOST_TEST((value("cosim__mismatches__count") == 0));
    BOOST_TEST((value("cosim__overflows__count") == 0));
    BOOST_TEST((value("cosim__systemc__outputs__count") == 13 * 12));
    BOOST_TEST((value("cosim__systemc__mismatches__count") == 0));
    BOOST_TEST((value("cosim__model__mismatches__count") == 0));
    BOOST_TEST((value("cosim__worst_case__rows__count") == 12 + 9));
    BOOST_TEST((value("cosim__negative__wrapped__count") >= 1000));
    auto table = Table::read(folder.path() / "out/layers.csv");
    BOOST_TEST_REQUIRE(table.has_value());
    BOOST_TEST(table->rows().size() == 2U * 3U);
    BOOST_TEST(Metrics::read(folder.path() / "out/metrics.json").has_value());

    // A certificate that is not of these codes is refused before any work.
    certificate.layers[0].rows[0].inner.max += 1;
    auto refused = sim::run_cosimulation(options, input, folder.path() / "out");
    BOOST_TEST_REQUIRE(!refused.has_value());
    BOOST_TEST((refused.error().kind == ErrorKind::CheckFailed));
}
