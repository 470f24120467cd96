// Generated arrays in Verilator, in SystemC and in C++, against golden: every value and every flag, for
// configurations at the edges of what the generator takes, with stalls on both sides.
#include "golden/support/file.hpp"
#include "hw/array/generate_array.hpp"
#include "sim/cosimulation.hpp"
#include "sim/model/model_array.hpp"
#include "sim/rtl_under_test.hpp"
#include "sim/systemc/systemc_array.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"
#include "testbench/unit/sim/random_layer.hpp"

namespace {

using namespace macaw;
using golden::BitWidth;
using golden::OverflowMode;
using golden::Signedness;
using testing::RandomLayer;

struct Configuration {
    std::string what;
    int rows, columns, lanes, tile;
    int weight_bits, activation_bits;
    Signedness signedness;
    int inner_bits, outer_bits;
    OverflowMode inner, outer;
    std::vector<std::int64_t> in_features;  // K of the layers that run one after the other
    hw::Arithmetic arithmetic = hw::Arithmetic::Behavioural;
    hw::StructuralForm form = {};
    Signedness weights = Signedness::Signed;
    hw::Gating gating = hw::Gating::None;
};

std::ostream& operator<<(std::ostream& stream, const Configuration& c) {
    return stream << c.what;
}

constexpr auto kWrap = OverflowMode::Wrap;
constexpr auto kSaturate = OverflowMode::Saturate;
constexpr auto kTrap = OverflowMode::Trap;
constexpr auto kSigned = Signedness::Signed;
constexpr auto kUnsigned = Signedness::Unsigned;
constexpr auto kPacked = hw::Arithmetic::Packed;
constexpr auto kStructural = hw::Arithmetic::Structural;
constexpr hw::StructuralForm kBooth{hw::Multiplier::Booth, hw::Reduction::Dadda, hw::FinalAdder::Ripple};
constexpr auto kGated = hw::Gating::ZeroOperand;
constexpr hw::StructuralForm kCarrySave{hw::Multiplier::Booth, hw::Reduction::Wallace,
                                        hw::FinalAdder::Sklansky, hw::Accumulation::CarrySave};

// All nine pairs of modes appear; widths are narrow enough to overflow often.
const std::vector<Configuration> kConfigurations = {
    {"one unit, one lane", 1, 1, 1, 4, 4, 8, kSigned, 12, 13, kTrap, kTrap, {1, 3, 4, 9}},
    {"lanes equal to the tile", 2, 3, 4, 4, 4, 8, kSigned, 12, 14, kSaturate, kSaturate, {4, 7, 20}},
    {"tile longer than K", 2, 2, 2, 16, 4, 8, kSigned, 11, 11, kWrap, kWrap, {5, 2, 15}},
    {"unsigned activations", 3, 2, 4, 8, 4, 8, kUnsigned, 12, 14, kSaturate, kTrap, {8, 13, 33}},
    {"wide activations", 1, 2, 2, 4, 8, 16, kSigned, 23, 24, kTrap, kSaturate, {4, 11}},
    {"accumulator below one product", 2, 1, 3, 6, 4, 8, kSigned, 8, 9, kWrap, kTrap, {6, 17}},
    {"inner trap, outer wrap", 2, 2, 2, 4, 3, 5, kSigned, 7, 7, kTrap, kWrap, {4, 18}},
    {"inner wrap, outer saturate", 4, 1, 2, 8, 4, 8, kUnsigned, 12, 12, kWrap, kSaturate, {24, 7}},
    {"inner saturate, outer wrap", 1, 4, 1, 2, 4, 4, kSigned, 7, 8, kSaturate, kWrap, {9, 2}},
    {"structural, wrap", 2, 2, 4, 8, 4, 8, kSigned, 12, 14, kWrap, kWrap, {8, 21}, kStructural},
    {"structural, trap", 2, 2, 4, 8, 4, 8, kUnsigned, 12, 14, kTrap, kTrap, {8, 21}, kStructural},
    {"packed, wrap", 2, 2, 8, 8, 4, 8, kSigned, 12, 14, kWrap, kWrap, {8, 21}, kPacked},
    {"packed, saturate", 2, 1, 8, 8, 8, 8, kUnsigned, 17, 18, kSaturate, kTrap, {8, 21}, kPacked},
    {"carry-save", 2, 2, 4, 8, 4, 8, kSigned, 12, 14, kWrap, kTrap, {8, 21}, kStructural, kCarrySave},
    {"unsigned weights", 2, 2, 4, 8, 8, 4, kSigned, 13, 15, kSaturate, kTrap, {8, 21}, {}, {}, kUnsigned},
    {"nothing signed",
     2,
     2,
     4,
     8,
     5,
     6,
     kUnsigned,
     12,
     14,
     kTrap,
     kTrap,
     {8, 21},
     kStructural,
     kBooth,
     kUnsigned},
    {"gated", 2, 2, 4, 8, 3, 4, kSigned, 9, 11, kTrap, kWrap, {8, 21}, {}, {}, kSigned, kGated},
    {"gated, carry-save",
     2,
     2,
     4,
     8,
     3,
     3,
     kUnsigned,
     9,
     11,
     kWrap,
     kTrap,
     {8, 21},
     kStructural,
     kCarrySave,
     kSigned,
     kGated},
    {"twin of carry-save", 2, 2, 4, 8, 4, 8, kSigned, 12, 14, kTrap, kTrap, {8, 21}, kStructural, kCarrySave},
};

golden::Datapath datapath_of(const Configuration& c) {
    golden::Datapath datapath;
    datapath.weight_bits = BitWidth(c.weight_bits);
    datapath.activation_bits = BitWidth(c.activation_bits);
    datapath.activation_signedness = c.signedness;
    datapath.weight_signedness = c.weights;
    datapath.tile = c.tile;
    datapath.inner_bits = BitWidth(c.inner_bits);
    datapath.outer_bits = BitWidth(c.outer_bits);
    datapath.inner_overflow = c.inner;
    datapath.outer_overflow = c.outer;
    datapath.products_per_check = c.lanes;
    return datapath;
}

hw::ArrayConfig array_of(const Configuration& c) {
    hw::ArrayConfig array;
    array.rows = c.rows;
    array.columns = c.columns;
    array.lanes = c.lanes;
    array.arithmetic = c.arithmetic;
    array.form = c.form;
    array.gating = c.gating;
    return hw::array_for(datapath_of(c), array);
}

std::string text_of(const sim::Comparison& comparison) {
    return comparison.first ? to_string(*comparison.first) : std::string("equal");
}

}  // namespace

BOOST_AUTO_TEST_CASE(verilated_rtl_and_cpp_model_equal_golden_in_every_configuration) {
    testing::ScratchFolder folder;
    std::int64_t overflows = 0;
    for (const Configuration& configuration : kConfigurations) {
        golden::Datapath datapath = datapath_of(configuration);
        hw::ArrayConfig array = array_of(configuration);
        auto simulator = sim::build_generated_array(datapath, array, folder.path() / "array", "test");
        BOOST_TEST_REQUIRE(simulator.has_value(),
                           configuration << ": " << (simulator ? "" : to_text(simulator.error())));
        auto design = hw::generate_array(datapath, array);
        BOOST_TEST_REQUIRE(design.has_value());

        for (std::size_t i = 0; i < configuration.in_features.size(); ++i) {
            RandomLayer layer(datapath, 11, configuration.in_features[i], 7, 100 * i + 1);
            for (const sim::Stalls& stalls : {sim::Stalls{}, sim::Stalls{i + 1, 100, 0},
                                              sim::Stalls{i + 1, 0, 200}, sim::Stalls{i + 1, 128, 128}}) {
                golden::MatmulResult expected = sim::golden_of(layer.data(), datapath);
                sim::LayerStimulus stimulus = sim::make_stimulus(layer.data(), datapath, array);
                auto rtl = sim::cosimulate(*simulator, layer.data(), stimulus, expected,
                                           folder.path() / "scratch", configuration.what, stalls);
                auto model =
                    sim::cosimulate_model(*design, datapath, array, layer.data(), configuration.what, stalls);

                BOOST_TEST_REQUIRE(rtl.has_value(),
                                   configuration << ": " << (rtl ? "" : to_text(rtl.error())));
                BOOST_TEST_REQUIRE(model.has_value(),
                                   configuration << ": " << (model ? "" : to_text(model.error())));
                BOOST_TEST(rtl->comparison.outputs == 11 * 7);
                BOOST_TEST(rtl->comparison.mismatches == 0, text_of(rtl->comparison));
                BOOST_TEST(model->comparison.mismatches == 0, text_of(model->comparison));
                BOOST_TEST(rtl->cycles == model->cycles);
                overflows += rtl->inexact_outputs;
            }
        }
    }
    BOOST_TEST(overflows > 1000);  // the configurations are narrow enough to mean something
}
