// The platform with the C++ model: outputs against golden, figures against the formula on random layers,
// memories and arrays, the formula against numbers worked out by hand, and faults that must be seen.
#include "sim/platform/platform.hpp"

#include "hw/array/generate_array.hpp"
#include "sim/platform/layer_simulation.hpp"
#include "sim/platform/model_cycle_array.hpp"
#include "sim/platform/prediction.hpp"
#include "sim/rtl_under_test.hpp"
#include "testbench/support/property.hpp"
#include "testbench/support/random_datapath.hpp"
#include "testbench/unit/sim/random_layer.hpp"

namespace {

using namespace macaw;
using golden::BitWidth;
using golden::OverflowMode;
using sim::PlatformConfig;
using sim::PlatformFigures;
using testing::RandomLayer;

struct Setting {
    golden::Datapath datapath;
    hw::ArrayConfig array;
};

Setting small_setting(OverflowMode mode = OverflowMode::Trap) {
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

Setting systolic_setting(int tile, int rows) {
    Setting setting = small_setting(OverflowMode::Wrap);
    setting.array.dataflow = hw::Dataflow::WeightStationary;
    setting.array.rows = rows;
    setting.array.lanes = setting.datapath.products_per_check = 1;
    setting.datapath.tile = tile;
    return setting;
}

PlatformConfig fast_memory() {
    return {.bytes_per_cycle = 1 << 16, .latency = 0, .operand_buffers = 2, .result_rows = 64};
}

Expected<sim::PlatformLayer> simulate(const Setting& setting, const RandomLayer& layer,
                                      const PlatformConfig& platform) {
    MACAW_TRY(rtl::Design design, hw::generate_array(setting.datapath, setting.array));
    auto array = sim::make_model_cycle_array(design);
    return sim::simulate_layer(*array, layer.data(), setting.datapath, setting.array, platform);
}

PlatformFigures predicted(const Setting& setting, const golden::MatmulShape& shape,
                          const PlatformConfig& platform) {
    return sim::predict(sim::LayerPlan(shape, setting.datapath, setting.array), platform, setting.datapath,
                        setting.array);
}

// Passes everything on, but for what a test breaks.
class FaultyArray : public sim::CycleArray {
  public:
    explicit FaultyArray(sim::CycleArray& good) : good_(good) {}
    sim::job::FlagPorts flags() const override { return good_.flags(); }
    void reset() override { good_.reset(); }
    sim::ArrayOutputs cycle(const sim::job::InputBeat& beat, bool out_ready) override {
        return good_.cycle(beat, out_ready);
    }
    bool sticky_overflow() override { return good_.sticky_overflow(); }

  protected:
    sim::CycleArray& good_;
};

// Takes one beat from the platform that the array never gets.
class DropsABeat final : public FaultyArray {
  public:
    using FaultyArray::FaultyArray;
    sim::ArrayOutputs cycle(const sim::job::InputBeat& beat, bool out_ready) override {
        if (!beat.valid || beat.last || beats_++ != 4) return good_.cycle(beat, out_ready);
        sim::ArrayOutputs outputs = good_.cycle({}, out_ready);
        outputs.in_ready = true;
        return outputs;
    }

  private:
    int beats_ = 0;
};

// Takes one beat of a weight stream that the array never gets.
class DropsWeights final : public FaultyArray {
  public:
    using FaultyArray::FaultyArray;
    sim::ArrayOutputs cycle(const sim::job::InputBeat& beat, bool out_ready) override {
        sim::job::InputBeat passed = beat;
        const bool drops = beat.weight_valid && beats_++ == 4;
        passed.weight_valid = beat.weight_valid && !drops;
        sim::ArrayOutputs outputs = good_.cycle(passed, out_ready);
        outputs.weight_ready = outputs.weight_ready || drops;
        return outputs;
    }

  private:
    int beats_ = 0;
};

// Is not ready in one cycle in which it could be.
class HesitatesOnce final : public FaultyArray {
  public:
    using FaultyArray::FaultyArray;
    sim::ArrayOutputs cycle(const sim::job::InputBeat& beat, bool out_ready) override {
        if (!beat.valid || beats_++ != 4) return good_.cycle(beat, out_ready);
        sim::ArrayOutputs outputs = good_.cycle({}, out_ready);
        outputs.in_ready = false;
        return outputs;
    }

  private:
    int beats_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(outputs_equal_golden_and_all_figures_equal_the_formula_on_random_platforms) {
    std::int64_t blocked = 0, output_blocked = 0, weight_wait = 0;
    testing::check_property("platform equals golden and formula", [&] {
        Setting setting;
        setting.datapath = testing::pick_datapath();
        if (*rc::gen::arbitrary<bool>()) {
            setting.array.dataflow = hw::Dataflow::WeightStationary;
            setting.datapath.products_per_check = 1;
        }
        setting.array.lanes = setting.datapath.products_per_check;
        setting.array.rows = testing::pick(1, 5);
        setting.array.columns = testing::pick(1, 4);
        RandomLayer layer(setting.datapath, *rc::gen::inRange(1, 13), *rc::gen::inRange(1, 40),
                          *rc::gen::inRange(1, 13), *rc::gen::arbitrary<std::uint32_t>());
        PlatformConfig platform;
        platform.bytes_per_cycle = *rc::gen::inRange(1, 40);
        platform.latency = *rc::gen::inRange(0, 20);
        platform.operand_buffers = *rc::gen::inRange(1, 5);
        platform.result_rows = *rc::gen::inRange(1, 9);

        auto run = simulate(setting, layer, platform);

        if (!run) RC_FAIL(to_text(run.error()));
        RC_ASSERT(sim::difference(run->figures, run->predicted) == "");
        RC_ASSERT(run->comparison.outputs == 2 * layer.data().tokens * layer.layer().out_features);
        RC_ASSERT(run->comparison.mismatches == 0);
        const PlatformFigures& f = run->figures;
        RC_ASSERT(f.beats + f.starved_cycles + f.blocked_cycles + f.tail_cycles == f.cycles);
        blocked += f.blocked_cycles;
        output_blocked += f.output_blocked_cycles;
        weight_wait += f.weight_wait_cycles;
    });
    BOOST_TEST(weight_wait > 0);
    BOOST_TEST(blocked > 0);  // every kind of stall was seen
    BOOST_TEST(output_blocked > 0);
}

BOOST_AUTO_TEST_CASE(the_formula_gives_the_numbers_worked_out_by_hand) {
    Setting setting = small_setting(OverflowMode::Wrap);
    PlatformConfig platform{.bytes_per_cycle = 4, .latency = 10, .operand_buffers = 2, .result_rows = 8};

    // 4 tokens x 12 -> 3 channels: two blocks of k = 6 beats. Rows of 12 B (N = 8) and 6 B (M = 4): 3 and 2
    // cycles; a block reads 2 and 3 of them: r = 12 cycles. L(0) = 22, L(1) = 22 + 12 = 34.
    // E(0) = 27, D(0) = 30, rows leave in 31 and 32. E(1) = 39, D(1) = 42, rows in 43 and 44.
    // A row of results has 3 x 2 B: 2 cycles. W = 31+1+10+2 = 44, 46; then 43+1+10+2 = 56, 58.
    PlatformFigures figures = predicted(setting, {4, 12, 3}, platform);

    BOOST_TEST(figures.cycles == 58);
    BOOST_TEST(figures.beats == 12);
    BOOST_TEST(figures.starved_cycles == 22 + 6);
    BOOST_TEST(figures.blocked_cycles == 0);
    BOOST_TEST(figures.tail_cycles == 58 - 40);
    BOOST_TEST(figures.read_busy_cycles == 24);
    BOOST_TEST(figures.write_busy_cycles == 8);
    BOOST_TEST(figures.activation_bytes_read == 4 * 12);
    BOOST_TEST(figures.weight_bytes_read == 2 * 3 * 6);
    BOOST_TEST(figures.result_bytes_written == 4 * 3 * 2);
}

BOOST_AUTO_TEST_CASE(the_formula_has_the_closed_forms_of_its_header) {
    Setting setting = small_setting(OverflowMode::Wrap);
    const hw::Latency latency = hw::latency_of(setting.datapath, setting.array);
    const std::int64_t blocks = 5 * 4;  // 10 tokens, 12 channels on 2 x 3

    // k = 10 beats: each has a cycle of its own. r(0) = 5 rows of one cycle, w = 1.
    PlatformFigures bound = predicted(setting, {10, 20, 12}, fast_memory());
    BOOST_TEST(bound.cycles ==
               5 + 10 * blocks + latency.last_beat_to_first_output + setting.array.rows - 1 + 1);
    BOOST_TEST(bound.blocked_cycles == 0);

    // k = 1 on 8 rows: a block every R + 1 cycles.
    Setting tall = setting;
    tall.array.rows = 8;
    PlatformConfig deep = fast_memory();
    deep.operand_buffers = 8;
    auto drain_bound = [&](std::int64_t tokens) { return predicted(tall, {tokens, 2, 12}, deep); };
    BOOST_TEST(drain_bound(160).cycles - drain_bound(80).cycles == 10 * 4 * (8 + 1));

    // A slow channel: r a block; the activations of a token group come with its first block.
    PlatformConfig slow{.bytes_per_cycle = 1, .latency = 7, .operand_buffers = 2, .result_rows = 64};
    auto memory_bound = [&](std::int64_t tokens) { return predicted(setting, {tokens, 20, 12}, slow); };
    BOOST_TEST(memory_bound(40).cycles - memory_bound(20).cycles == 10 * (4 * (3 * 10) + 2 * 20));

    // One buffer: nothing overlaps, one cycle lies between the last beat and the next request.
    slow.operand_buffers = 1;
    BOOST_TEST(memory_bound(40).cycles - memory_bound(20).cycles == 10 * (4 * (7 + 3 * 10 + 10) + 2 * 20));
}

BOOST_AUTO_TEST_CASE(the_formula_of_a_systolic_grid_gives_the_numbers_worked_out_by_hand) {
    Setting setting = systolic_setting(4, 2);  // T = 4, R = 2, C = 3: P = T + 2 + C + 1 = 10
    PlatformConfig platform{.bytes_per_cycle = 64, .latency = 10, .operand_buffers = 2, .result_rows = 8};
    BOOST_TEST(hw::latency_of(setting.datapath, setting.array).last_beat_to_first_output == 10);

    // 4 tokens x 6 -> 3 channels: two blocks of J = 2 tiles, 4 beats. A block reads 2 + 3 rows of one cycle:
    // L(0) = 15, L(1) = 20.
    // V(0) = 15 + 4 = 19: A = 19, 20.  V(1) = 19 + 1 + 4 = 24: A = 24, 25; rows leave in 34, 35.
    // Block 1: V(2) = 24 + 1 + 4 = 29, but the accumulators are free from 35 and 36 on: A = 35, 36.
    // V(3) = 35 + 1 + 4 = 40: A = 40, 41; rows leave in 50, 51. W = 51 + 1 + 10 + 1 = 63.
    // Waiting for weights: 15..18, 21..23, 26..28, 37..39; for accumulators: 29..34.
    PlatformFigures figures = predicted(setting, {4, 6, 3}, platform);

    BOOST_TEST(figures.cycles == 63);
    BOOST_TEST(figures.beats == 8);
    BOOST_TEST(figures.starved_cycles == 15);
    BOOST_TEST(figures.weight_wait_cycles == 4 + 3 + 3 + 3);
    BOOST_TEST(figures.blocked_cycles == 4 + 3 + 3 + 3 + 6);
    BOOST_TEST(figures.tail_cycles == 63 - 42);
    BOOST_TEST(figures.weight_bytes_read == 2 * 3 * 3);
    BOOST_TEST(figures.activation_bytes_read == 4 * 6);
    BOOST_TEST(figures.result_bytes_written == 4 * 3 * 2);
}

// max(R, T + 1) cycles from tile to tile, max(R, P + 1) from the last one of a block to the next block.
BOOST_AUTO_TEST_CASE(the_formula_of_a_systolic_grid_has_the_closed_forms_of_its_header) {
    for (auto [tile, rows] : {std::pair{4, 2}, {4, 6}, {4, 32}, {16, 1}, {1, 3}}) {
        const Setting setting = systolic_setting(tile, rows);
        const std::int64_t latency =
            hw::latency_of(setting.datapath, setting.array).last_beat_to_first_output;
        const std::int64_t pass = std::max(rows, tile + 1), last = std::max<std::int64_t>(rows, latency + 1);
        PlatformConfig deep = fast_memory();
        deep.operand_buffers = 8;  // a token group is read while its predecessor works
        auto cycles = [&](std::int64_t tiles, std::int64_t groups) {
            return predicted(setting, {groups * rows, tiles * tile, 12}, deep).cycles;
        };
        for (std::int64_t tiles : {1, 3})
            BOOST_TEST(cycles(tiles, 20) - cycles(tiles, 10) == 10 * 4 * ((tiles - 1) * pass + last),
                       tile << " x " << rows << ", " << tiles << " tiles");
    }
}

BOOST_AUTO_TEST_CASE(more_bandwidth_or_buffers_never_cost_cycles_and_traffic_stays_the_same) {
    testing::check_property("monotonic", [] {
        Setting setting = *rc::gen::arbitrary<bool>() ? small_setting() : systolic_setting(6, 3);
        golden::MatmulShape shape{*rc::gen::inRange(1, 30), *rc::gen::inRange(1, 60),
                                  *rc::gen::inRange(1, 30)};
        PlatformConfig platform{.bytes_per_cycle = *rc::gen::inRange(1, 20),
                                .latency = *rc::gen::inRange(0, 30),
                                .operand_buffers = *rc::gen::inRange(1, 4),
                                .result_rows = *rc::gen::inRange(1, 6)};
        PlatformConfig better = platform;
        better.bytes_per_cycle *= 2;
        better.operand_buffers += 1;
        better.result_rows += 1;

        PlatformFigures first = predicted(setting, shape, platform),
                        second = predicted(setting, shape, better);

        RC_ASSERT(second.cycles <= first.cycles);
        RC_ASSERT(second.weight_bytes_read == first.weight_bytes_read);
        RC_ASSERT(second.activation_bytes_read == first.activation_bytes_read);
        RC_ASSERT(second.result_bytes_written == first.result_bytes_written);
    });
}

BOOST_AUTO_TEST_CASE(a_dropped_beat_and_one_hesitating_cycle_are_seen) {
    Setting setting = small_setting(OverflowMode::Wrap);
    auto design = hw::generate_array(setting.datapath, setting.array);
    BOOST_TEST_REQUIRE(design.has_value());
    RandomLayer layer(setting.datapath, 5, 15, 4, 3);
    auto judge = [&](auto make_faulty) {
        auto good = sim::make_model_cycle_array(*design);
        auto faulty = make_faulty(*good);
        auto run = sim::simulate_layer(faulty, layer.data(), setting.datapath, setting.array, fast_memory());
        BOOST_TEST_REQUIRE(run.has_value(), (run ? "" : to_text(run.error())));
        return *run;
    };

    sim::PlatformLayer intact = judge([](sim::CycleArray& good) { return FaultyArray(good); });
    sim::PlatformLayer dropped = judge([](sim::CycleArray& good) { return DropsABeat(good); });
    sim::PlatformLayer late = judge([](sim::CycleArray& good) { return HesitatesOnce(good); });

    BOOST_TEST(intact.verdict().has_value());
    BOOST_TEST(dropped.comparison.mismatches > 0);
    BOOST_TEST(!dropped.verdict().has_value());
    BOOST_TEST(late.comparison.mismatches == 0);
    BOOST_TEST_REQUIRE(!late.verdict().has_value());
    BOOST_TEST(late.verdict().error().message.find("blocked_cycles: 1 instead of 0") != std::string::npos,
               late.verdict().error().message);
}

BOOST_AUTO_TEST_CASE(weights_that_are_dropped_are_seen) {
    const Setting setting = systolic_setting(3, 2);
    auto design = hw::generate_array(setting.datapath, setting.array);
    BOOST_TEST_REQUIRE(design.has_value());
    RandomLayer layer(setting.datapath, 5, 15, 4, 3);
    auto good = sim::make_model_cycle_array(*design);
    FaultyArray intact(*good);
    DropsWeights dropping(*good);

    auto sound = sim::simulate_layer(intact, layer.data(), setting.datapath, setting.array, fast_memory());
    auto dropped =
        sim::simulate_layer(dropping, layer.data(), setting.datapath, setting.array, fast_memory());

    BOOST_TEST_REQUIRE(sound.has_value());
    BOOST_TEST(sound->verdict().has_value());
    // The grid waits for the last row of the last tile for ever.
    BOOST_TEST_REQUIRE(!dropped.has_value());
    BOOST_TEST(to_text(dropped.error()).find("the array or the memory is stuck") != std::string::npos,
               to_text(dropped.error()));
}

BOOST_AUTO_TEST_CASE(an_unknown_key_or_an_impossible_value_of_platform_is_an_error_with_its_place) {
    Errors errors;
    sim::read_platform(
        {YAML::Load("{bytes_per_cycle: 0, latency: 3, depth: 2}"), "a.yaml", "platform", errors});

    BOOST_TEST_REQUIRE(errors.size() == 2U);
    BOOST_TEST(errors[0].message.find("platform.bytes_per_cycle") != std::string::npos, errors[0].message);
    BOOST_TEST(errors[1].message.find("depth") != std::string::npos, errors[1].message);
    BOOST_TEST(errors[0].place.line == 1);
}
