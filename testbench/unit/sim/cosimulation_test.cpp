// The C++ model in the co-simulation harness against golden, on random configurations; and that the
// comparison sees what it must see: a flipped bit, a wrong value, a wrong flag, noise in the padding.
#include "sim/cosimulation.hpp"

#include <algorithm>

#include "hw/array/generate_array.hpp"
#include "sim/rtl_under_test.hpp"
#include "testbench/support/property.hpp"
#include "testbench/unit/sim/random_layer.hpp"

namespace {

using namespace macaw;
using golden::BitWidth;
using golden::OverflowMode;
using golden::Signedness;
using testing::RandomLayer;

struct Setting {
    golden::Datapath datapath;
    hw::ArrayConfig array;
};

Setting random_setting() {
    Setting setting;
    hw::ArrayConfig& array = setting.array;
    array.rows = *rc::gen::inRange(1, 4);
    array.columns = *rc::gen::inRange(1, 4);
    array.lanes = *rc::gen::inRange(1, 5);
    if (*rc::gen::inRange(0, 3) == 0) {
        array.dataflow = hw::Dataflow::WeightStationary;
        array.lanes = 1;
    }
    golden::Datapath& datapath = setting.datapath;
    auto mode = [] {
        return *rc::gen::element(OverflowMode::Wrap, OverflowMode::Saturate, OverflowMode::Trap);
    };
    datapath.weight_bits = BitWidth(*rc::gen::inRange(2, 6));
    datapath.activation_bits = BitWidth(*rc::gen::inRange(2, 10));
    datapath.activation_signedness = *rc::gen::element(Signedness::Signed, Signedness::Unsigned);
    datapath.weight_signedness = *rc::gen::element(Signedness::Signed, Signedness::Unsigned);
    datapath.tile = array.lanes * *rc::gen::inRange(1, 5);
    datapath.inner_bits = BitWidth(*rc::gen::inRange(5, 18));
    datapath.outer_bits = BitWidth(datapath.inner_bits.bits() + *rc::gen::inRange(0, 5));
    datapath.inner_overflow = mode();
    datapath.outer_overflow = mode();
    datapath.products_per_check = array.lanes;
    return setting;
}

Setting small_setting(OverflowMode mode) {
    Setting setting;
    setting.array.rows = 2;
    setting.array.columns = 3;
    setting.array.lanes = 2;
    setting.datapath.tile = 6;
    setting.datapath.inner_bits = BitWidth(12);
    setting.datapath.outer_bits = BitWidth(13);
    setting.datapath = sim::with_mode(setting.datapath, mode, setting.array);
    return setting;
}

bool any_flag(const sim::Outputs& outputs) {
    auto up = [](const std::vector<std::uint8_t>& flags) {
        return std::count(flags.begin(), flags.end(), 1) > 0;
    };
    return up(outputs.inner_overflow) || up(outputs.outer_overflow);
}

// Golden's own outputs in the shape of a recording, with zero padding.
sim::Outputs outputs_like(const golden::MatmulResult& golden, const sim::LayerStimulus& stimulus,
                          const Setting& setting) {
    sim::Outputs outputs;
    outputs.rows = setting.array.rows;
    outputs.columns = setting.array.columns;
    outputs.blocks = stimulus.token_groups * stimulus.column_groups;
    outputs.has_inner_flags = outputs.has_outer_flags = true;
    std::int64_t count = outputs.blocks * outputs.rows * outputs.columns;
    for (std::int64_t index = 0; index < count; ++index) {
        sim::OutputPlace place = sim::place_of(index, stimulus, setting.array, sim::Pairing::Product);
        bool padding = place.token >= stimulus.shape.tokens || place.channel >= stimulus.shape.out_features;
        auto at = static_cast<std::size_t>(place.token * stimulus.shape.out_features + place.channel);
        outputs.values.push_back(padding ? 0 : golden.values[at]);
        outputs.inner_overflow.push_back(padding ? std::uint8_t{0} : golden.inner_overflow[at]);
        outputs.outer_overflow.push_back(padding ? std::uint8_t{0} : golden.outer_overflow[at]);
    }
    outputs.sticky_overflow = any_flag(outputs);
    return outputs;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_cpp_model_equals_golden_on_random_configurations_with_stalls) {
    testing::check_property("C++ model equals golden", [] {
        Setting setting = random_setting();
        RandomLayer layer(setting.datapath, *rc::gen::inRange(1, 6), *rc::gen::inRange(1, 30),
                          *rc::gen::inRange(1, 6), *rc::gen::arbitrary<std::uint32_t>());
        sim::Stalls stalls{*rc::gen::arbitrary<std::uint32_t>(), *rc::gen::inRange(0, 200),
                           *rc::gen::inRange(0, 200)};
        auto design = hw::generate_array(setting.datapath, setting.array);
        RC_ASSERT(design.has_value());

        auto run =
            sim::cosimulate_model(*design, setting.datapath, setting.array, layer.data(), "model", stalls);

        RC_ASSERT(run.has_value());
        RC_ASSERT(run->comparison.outputs == layer.data().tokens * layer.layer().out_features);
        RC_ASSERT(run->comparison.mismatches == 0);
    });
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_of_every_accumulator_register_is_caught) {
    Setting setting = small_setting(OverflowMode::Trap);
    // 7 and 8 beats: a fault that toggles a bit with every beat cancels itself in an even number of them.
    RandomLayer odd(setting.datapath, 5, 13, 4, 3);
    RandomLayer even(setting.datapath, 5, 15, 4, 3);
    auto pristine = hw::generate_array(setting.datapath, setting.array);
    BOOST_TEST_REQUIRE(pristine.has_value());
    int faults = 0;
    for (const rtl::SignalInfo& signal : pristine->find("macaw_pe")->signals()) {
        if (signal.kind != rtl::SignalKind::Register) continue;
        for (int bit = 0; bit < signal.type.width; ++bit) {
            auto design = hw::generate_array(setting.datapath, setting.array);
            design->invert_bit("macaw_pe", signal.name, bit);

            // A mismatch, or a violation of the port protocol.
            bool caught = false;
            for (const RandomLayer* layer : {&odd, &even}) {
                auto run =
                    sim::cosimulate_model(*design, setting.datapath, setting.array, layer->data(), "fault");
                caught = caught || !run.has_value() || run->comparison.mismatches > 0;
            }
            BOOST_TEST(caught, signal.name << " bit " << bit);
            ++faults;
        }
    }
    BOOST_TEST(faults >= 12 + 13);  // at least the two accumulators
}

BOOST_AUTO_TEST_CASE(the_comparison_sees_one_wrong_value_flag_padding_output_and_sticky_flag) {
    Setting setting = small_setting(OverflowMode::Trap);
    RandomLayer layer(setting.datapath, 5, 15, 4,
                      3);  // 5 of 6 tokens, 4 of 6 channels: padding in both directions
    sim::LayerStimulus stimulus = sim::make_stimulus(layer.data(), setting.datapath, setting.array);
    golden::MatmulResult golden = sim::golden_of(layer.data(), setting.datapath);
    sim::Outputs good = outputs_like(golden, stimulus, setting);
    auto mismatches = [&](const sim::Outputs& outputs) {
        return sim::compare_outputs("test", golden, outputs, stimulus, setting.datapath, setting.array)
            .mismatches;
    };
    BOOST_TEST(mismatches(good) == 0);

    sim::Outputs value = good;
    value.values[7] ^= 1;
    sim::Outputs inner = good;
    inner.inner_overflow[7] ^= 1U;
    inner.sticky_overflow = any_flag(inner);
    sim::Outputs outer = good;
    outer.outer_overflow[7] ^= 1U;
    outer.sticky_overflow = any_flag(outer);
    sim::Outputs padding = good;
    padding.values.back() = 1;  // token 5, channel 5: neither exists
    sim::Outputs sticky = good;
    sticky.sticky_overflow = !sticky.sticky_overflow;
    sim::Outputs ports = good;
    ports.has_inner_flags = false;

    for (const sim::Outputs& bad : {value, inner, outer, padding, sticky, ports})
        BOOST_TEST(mismatches(bad) == 1);
}

BOOST_AUTO_TEST_CASE(a_mismatch_names_layer_token_channel_expected_and_actual) {
    sim::Mismatch mismatch{"RTL q_proj", 3, 17, "-1024, inner flag 1, outer flag 0",
                           "1024, inner flag 0, outer flag 0"};

    BOOST_TEST(to_string(mismatch) ==
               "RTL q_proj, token 3, channel 17: expected -1024, inner flag 1, outer flag 0, got 1024, inner "
               "flag 0, "
               "outer flag 0");
}

BOOST_AUTO_TEST_CASE(only_outputs_that_differ_from_the_exact_sum_count_as_wrapped) {
    golden::Datapath datapath;
    datapath.weight_bits = BitWidth(8);
    datapath.tile = 2;
    datapath.inner_bits = BitWidth(8);
    datapath.outer_bits = BitWidth(16);
    golden::QuantizedLayer layer;
    layer.name = "two channels";
    layer.out_features = 2;
    layer.in_features = 2;
    layer.codes = {1, 1, 100, 2};
    sim::LayerData data{&layer, 1, {3, 4}};  // exact: 7 and 308; 308 wraps to 52 in 8 bits

    golden::MatmulResult golden = sim::golden_of(data, datapath);

    BOOST_TEST(golden.values == (std::vector<std::int64_t>{7, 52}));
    BOOST_TEST(sim::count_inexact(data, golden) == 1);
}

BOOST_AUTO_TEST_CASE(a_part_of_a_layer_keeps_its_first_rows_and_tokens) {
    golden::Datapath datapath;
    RandomLayer layer(datapath, 5, 6, 7, 1);

    sim::LayerPart part = sim::first_part(layer.data(), 2, 3);
    sim::LayerPart all = sim::first_part(layer.data(), 99, 99);

    BOOST_TEST(part.data.tokens == 2);
    BOOST_TEST(part.layer->out_features == 3);
    BOOST_TEST(part.data.activations.size() == 12U);
    BOOST_TEST(part.layer->codes == std::vector<golden::WeightCode>(layer.layer().codes.begin(),
                                                                    layer.layer().codes.begin() + 18));
    BOOST_TEST(all.layer->codes == layer.layer().codes);
    BOOST_TEST(all.data.activations == layer.data().activations);
}
