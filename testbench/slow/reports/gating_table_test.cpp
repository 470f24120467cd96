// What operand gating costs and saves: area, least period and power of one W4A8 unit of 8 lanes, with and
// without it, on random layers in which a share of the activations is 0. Prints the table; the notes of
// configs/gating are made of it.
#include "../../cosim/reports/silicon_fixture.hpp"

namespace {

using namespace macaw;
using testing::value_of;

struct Variant {
    std::string name;
    hw::ArrayConfig array;
};

std::vector<Variant> variants() {
    using enum hw::Pipeline;
    std::vector<Variant> all;
    auto add = [&](const std::string& name, hw::Pipeline pipeline, std::optional<hw::Multiplier> multiplier) {
        hw::ArrayConfig array;
        array.rows = array.columns = 1;
        array.lanes = 8;
        array.pipeline = pipeline;
        if (multiplier) {
            array.arithmetic = hw::Arithmetic::Structural;
            array.form.multiplier = *multiplier;
        }
        all.push_back({name, array});
    };
    add("behavioural", None, std::nullopt);
    add("structural", None, hw::Multiplier::BaughWooley);
    add("structural, Booth", None, hw::Multiplier::Booth);
    add("behavioural, registered products", Multiplier, std::nullopt);
    add("structural, registered products", Multiplier, hw::Multiplier::BaughWooley);
    Variant systolic{"weight-stationary, behavioural", {}};
    systolic.array.dataflow = hw::Dataflow::WeightStationary;
    systolic.array.rows = 8;
    systolic.array.columns = 2;
    systolic.array.lanes = 1;
    all.push_back(systolic);
    systolic.name = "weight-stationary, structural";
    systolic.array.arithmetic = hw::Arithmetic::Structural;
    all.push_back(systolic);
    return all;
}

golden::Datapath datapath_of(const hw::ArrayConfig& array) {
    golden::Datapath datapath;  // W4A8
    datapath.tile = array.dataflow == hw::Dataflow::WeightStationary ? 8 : 64;
    datapath.inner_bits = golden::BitWidth(16);
    datapath.outer_bits = golden::BitWidth(20);
    datapath.products_per_check = array.lanes;
    return datapath;
}

// One layer, 64 tokens, K = 256, 16 channels.
sim::Stimulus sparse_stimulus(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                              int zero_percent) {
    std::mt19937_64 random(3);
    const golden::MatmulShape shape{64, 256, 16};
    auto draw = [&](golden::Range range) {
        return std::uniform_int_distribution<std::int64_t>(range.min, range.max)(random);
    };
    std::vector<golden::WeightCode> weights(static_cast<std::size_t>(shape.out_features * shape.in_features));
    std::vector<golden::ActivationCode> inputs(static_cast<std::size_t>(shape.tokens * shape.in_features));
    for (auto& code : weights) code = static_cast<golden::WeightCode>(draw(datapath.weight_range()));
    for (auto& code : inputs)
        code = draw({0, 99}) < zero_percent
                   ? 0
                   : static_cast<golden::ActivationCode>(draw(datapath.activation_range()));
    sim::Stimulus stimulus{datapath, array, {}};
    stimulus.layers.push_back(sim::make_stimulus("sparse", weights, inputs, shape, datapath, array));
    return stimulus;
}

struct Figures {
    double area = 0, period = 0;
    std::vector<double> power;  // mW, one a share of zeros
};

constexpr int kZeroPercent[] = {0, 50, 90};

Figures measure(hw::ArrayConfig array, hw::Gating gating) {
    array.gating = gating;
    testing::SmallArray small;
    small.datapath = datapath_of(array);
    small.array = array;
    Figures figures;
    for (int zeros : kZeroPercent) {
        testing::SiliconWorkspace work(small);
        testing::succeed(sim::write_stimulus(work.stimulus, sparse_stimulus(small.datapath, array, zeros)));
        auto result = value_of(
            reports::run_silicon(testing::quick_options(), {work.rtl, work.stimulus, {}}, work.silicon));
        figures.area = result.synthesis.area;
        figures.period = result.timing.min_period_ns;
        figures.power.push_back(result.power->total.total() * 1e3);
    }
    return figures;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gating_table)

// Saving more the more zeros there are is what gating is for.
BOOST_AUTO_TEST_CASE(gating_saves_more_of_the_power_the_more_operands_are_zero) {
    for (const Variant& variant : variants()) {
        const Figures plain = measure(variant.array, hw::Gating::None);
        const Figures gated = measure(variant.array, hw::Gating::ZeroOperand);
        std::string line = fmt::format("{}: {:.0f} -> {:.0f} um2, {:.2f} -> {:.2f} ns", variant.name,
                                       plain.area, gated.area, plain.period, gated.period);
        for (std::size_t i = 0; i < plain.power.size(); ++i)
            line += fmt::format("; {} % zeros {:.2f} -> {:.2f} mW ({:+.1f} %)", kZeroPercent[i],
                                plain.power[i], gated.power[i], 100 * (gated.power[i] / plain.power[i] - 1));
        BOOST_TEST_MESSAGE(line);
        BOOST_TEST(gated.area > plain.area, line);
        BOOST_TEST(gated.power.back() / plain.power.back() < gated.power.front() / plain.power.front(), line);
    }
}

BOOST_AUTO_TEST_SUITE_END()
