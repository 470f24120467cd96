// What the cost model counts on the generator's RTL, against small designs counted by hand and against the
// generator's own account of its bit heaps.
#include <cmath>

#include "hw/array/generate_array.hpp"
#include "hw/array/random_configuration.hpp"
#include "hw/array/vector_mac_unit.hpp"
#include "reports/cost/point_features.hpp"
#include "testbench/support/property.hpp"

using namespace macaw;
using namespace macaw::reports;

namespace {

hw::DotProductShape shape(int lanes, int activation_bits, int weight_bits, int accumulator_bits) {
    hw::DotProductShape shape;
    shape.lanes = lanes;
    shape.activation_bits = golden::BitWidth(activation_bits);
    shape.weight_bits = golden::BitWidth(weight_bits);
    shape.accumulator_bits = golden::BitWidth(accumulator_bits);
    return shape;
}

StructureCounts behavioural(const hw::DotProductShape& shape) {
    return count_structure(hw::vector_mac_unit(shape, hw::Arithmetic::Behavioural, {}));
}

// Two registers of 8 bits, whose sum goes into a third one.
rtl::Design adder_between_registers() {
    rtl::Design design;
    rtl::Module& top = design.add_module("top");
    const rtl::Type byte = rtl::unsigned_type(8);
    rtl::Expression a = top.add_register("a", byte, rtl::Reset::None);
    rtl::Expression b = top.add_register("b", byte, rtl::Reset::None);
    rtl::Expression sum = top.add_register("sum", byte, rtl::Reset::ToZero);
    top.drive(a, top.input("a_i", byte));
    top.drive(b, top.input("b_i", byte));
    top.drive(sum, rtl::add_modular(a, b));
    top.output("sum_o", sum);
    return design;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cost_features)

BOOST_AUTO_TEST_CASE(a_vector_mac_of_one_lane_has_the_registers_and_products_of_its_drawing) {
    const StructureCounts counts = behavioural(shape(1, 4, 3, 8));
    BOOST_TEST(counts[Count::ResetFlipFlops] == 1 + 1 + 8);  // valid, first, accumulator
    BOOST_TEST(counts[Count::FlipFlops] == 4 + 3 + 8);       // activation, weight, sum
    BOOST_TEST(counts[Count::ProductBits] == 4 * 3);
    BOOST_TEST(counts[Count::Multiplexers] == 8);  // the accumulator holds
    BOOST_TEST(counts[Count::Gates] == 8);         // or starts at 0
    BOOST_TEST(counts[Count::CarryPropagateBits] == 8);
    BOOST_TEST(counts[Count::CompressedBits] == 0);
    BOOST_TEST(counts[Count::FullAdders] == 0);
}

BOOST_AUTO_TEST_CASE(what_a_narrow_accumulator_drops_is_not_counted) {
    // 4 x 3 bits modulo 2^5: of three rows of 4 bits, shifted by 0, 1 and 2, all, all and 3 lie below bit 5.
    const StructureCounts counts = behavioural(shape(1, 4, 3, 5));
    BOOST_TEST(counts[Count::ProductBits] == 4 + 4 + 3);
    BOOST_TEST(counts[Count::CarryPropagateBits] == 5);
}

BOOST_AUTO_TEST_CASE(of_a_chain_of_additions_one_propagates_the_carry) {
    const StructureCounts counts = behavioural(shape(4, 4, 4, 12));
    BOOST_TEST(counts[Count::CarryPropagateBits] == 12);
    BOOST_TEST(counts[Count::CompressedBits] == 3 * 12);
}

BOOST_AUTO_TEST_CASE(the_path_through_an_adder_is_the_adder_and_the_fan_out_of_nothing) {
    const PathFigures path = longest_path(adder_between_registers());
    BOOST_TEST(path[PathPart::Additions] == 1);
    BOOST_TEST(path[PathPart::AdditionLevels] == 3);  // log2 of 8 bits
    BOOST_TEST(path[PathPart::FanoutLevels] == 0);
    BOOST_TEST(path[PathPart::Gates] == 0);
}

BOOST_AUTO_TEST_CASE(a_register_behind_the_products_takes_them_off_the_longest_path) {
    golden::Datapath datapath;
    hw::ArrayConfig array;
    array.rows = array.columns = 1;
    array.lanes = datapath.products_per_check = 4;
    auto path_of = [&](hw::Pipeline pipeline) {
        array.pipeline = pipeline;
        auto features = features_of(datapath, array);
        BOOST_REQUIRE(features.has_value());
        return features->path;
    };
    const PathFigures whole = path_of(hw::Pipeline::None), cut = path_of(hw::Pipeline::Full);
    BOOST_TEST(whole[PathPart::ProductLevels] > 0);
    BOOST_TEST(whole.nominal > cut.nominal);
}

BOOST_AUTO_TEST_CASE(adders_are_those_that_the_generator_says_its_heaps_have) {
    testing::check_property("full and half adders = elements x those of one dot product unit", [] {
        std::mt19937_64 random(*rc::gen::arbitrary<std::uint64_t>());
        auto [datapath, array] = hw::random_configuration(random);
        array.arithmetic = hw::Arithmetic::Structural;
        array = hw::array_for(datapath, array);
        RC_PRE(hw::validate(array, datapath).empty());
        auto cost = hw::cost_of(datapath, array);
        auto features = features_of(datapath, array);
        RC_ASSERT(cost.has_value() && features.has_value());
        const bool systolic = array.dataflow == hw::Dataflow::WeightStationary;
        const double elements = double(systolic ? datapath.tile : array.rows) * array.columns;
        RC_ASSERT(features->counts[Count::FullAdders] == elements * double(cost->full_adders));
        RC_ASSERT(features->counts[Count::HalfAdders] == elements * double(cost->half_adders));
    });
}

BOOST_AUTO_TEST_CASE(a_wider_accumulator_costs_more_of_something_and_less_of_nothing) {
    testing::check_property("counts grow with P_I", [] {
        const int bits = *rc::gen::inRange(8, 24);
        hw::DotProductShape narrow = shape(*rc::gen::inRange(1, 9), 5, 4, bits), wide = narrow;
        wide.accumulator_bits = golden::BitWidth(bits + 1);
        const StructureCounts a = behavioural(narrow), b = behavioural(wide);
        for (std::size_t i = 0; i < kCounts; ++i) RC_ASSERT(b.values[i] >= a.values[i]);
        RC_ASSERT(!(a == b));
    });
}

BOOST_AUTO_TEST_CASE(what_is_for_simulation_only_has_no_features) {
    golden::Datapath datapath;
    hw::ArrayConfig array;
    array.arithmetic = hw::Arithmetic::Packed;
    datapath.products_per_check = array.lanes;
    BOOST_TEST(!features_of(datapath, array).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
