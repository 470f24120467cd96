// The weight-stationary array: its values are those of golden (with all other arrays: generate_array_test),
// its cycles those of the formula in weight_stationary_control.hpp.
#include "hw/array/weight_stationary.hpp"

#include <boost/test/unit_test.hpp>

#include "hw/array/generate_array.hpp"
#include "testbench/support/hw/array_driver.hpp"

namespace macaw::hw {

namespace {

using testing::ArrayDriver;

struct Shape {
    int tile, rows, columns;
    Pipeline pipeline = Pipeline::None;
};

golden::Datapath datapath_of(const Shape& shape, golden::OverflowMode mode) {
    golden::Datapath datapath;
    datapath.tile = shape.tile;
    datapath.inner_bits = golden::BitWidth(11);
    datapath.outer_bits = golden::BitWidth(13);
    datapath.inner_overflow = datapath.outer_overflow = mode;
    datapath.products_per_check = 1;
    return datapath;
}

ArrayConfig array_of(const Shape& shape) {
    ArrayConfig array{Dataflow::WeightStationary, shape.rows, shape.columns, 1, Arithmetic::Behavioural};
    array.pipeline = shape.pipeline;
    return array;
}

rtl::Design generated(const golden::Datapath& datapath, const ArrayConfig& array) {
    auto design = generate_array(datapath, array);
    BOOST_REQUIRE_MESSAGE(design.has_value(), (design ? "" : to_text(design.error())));
    return std::move(*design);
}

std::vector<Group> groups_of(const golden::Datapath& datapath, const ArrayConfig& array, int count, int tiles,
                             std::mt19937_64& random) {
    std::vector<Group> groups;
    for (int i = 0; i < count; ++i)
        groups.push_back(random_group(datapath, array, tiles * datapath.tile, Codes::Extreme, random));
    return groups;
}

bool same_values(const std::vector<OutputRow>& a, const std::vector<OutputRow>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const OutputRow& x, const OutputRow& y) {
        return x.columns == y.columns && x.last == y.last;
    });
}

const Shape kShapes[] = {{1, 1, 1},  {1, 3, 2}, {4, 1, 1}, {4, 2, 3}, {4, 5, 2, Pipeline::Multiplier},
                         {3, 12, 4}, {8, 8, 2}, {2, 24, 1}};

}  // namespace

BOOST_AUTO_TEST_SUITE(weight_stationary_suite)

BOOST_AUTO_TEST_CASE(all_modes_equal_golden_with_stalls_on_all_sides) {
    std::mt19937_64 random(1);
    for (const Shape& shape : kShapes)
        for (auto mode :
             {golden::OverflowMode::Wrap, golden::OverflowMode::Saturate, golden::OverflowMode::Trap}) {
            golden::Datapath datapath = datapath_of(shape, mode);
            ArrayConfig array = array_of(shape);
            ArrayDriver driver(datapath, array, generated(datapath, array));
            driver.reset();
            auto groups = corner_groups(datapath, array, random);
            BOOST_TEST(
                same_values(driver.run(groups, {30, 30}, random), expected_rows(datapath, array, groups)),
                to_string(datapath) << " " << to_string(array));
        }
}

// Tokens of one tile follow each other without a gap, tiles every cycles_per_pass(); a dot product waits
// until the accumulators of the one before are free, and never for anything else.
BOOST_AUTO_TEST_CASE(cycles_are_those_of_the_formula) {
    constexpr int kGroups = 5, kTiles = 3;
    for (const Shape& shape : kShapes) {
        std::mt19937_64 random(2);
        golden::Datapath datapath = datapath_of(shape, golden::OverflowMode::Wrap);
        ArrayConfig array = array_of(shape);
        const SystolicTiming timing = systolic_timing(datapath, array);
        ArrayDriver driver(datapath, array, generated(datapath, array));
        driver.reset();
        auto rows = driver.run(groups_of(datapath, array, kGroups, kTiles, random), {}, random);
        // First token to first token of the next group.
        const int pass = timing.cycles_per_pass();
        const int group = (kTiles - 1) * pass + std::max(pass, timing.cycles_to_output() + 1);
        const auto& closing = driver.closing_cycles();
        for (std::size_t i = 1; i < closing.size(); ++i)
            BOOST_TEST(closing[i] - closing[i - 1] == group, to_string(datapath) << " " << to_string(array));
        // The last token's results.
        BOOST_TEST(rows.back().cycle == closing.back() + timing.cycles_to_output());
        BOOST_TEST(latency_of(datapath, array).last_beat_to_first_output == timing.cycles_to_output());
        if (latency_of(datapath, array).beats_without_stall == 1) BOOST_TEST(group == kTiles * shape.rows);
    }
}

BOOST_AUTO_TEST_CASE(an_array_with_enough_tokens_never_stops) {
    const Shape shape{2, 24, 1};
    golden::Datapath datapath = datapath_of(shape, golden::OverflowMode::Wrap);
    ArrayConfig array = array_of(shape);
    BOOST_TEST(latency_of(datapath, array).beats_without_stall == 1);
    array.rows = 6;
    BOOST_TEST(latency_of(datapath, array).beats_without_stall == 0);
}

BOOST_AUTO_TEST_CASE(a_reset_in_the_middle_leaves_nothing_behind) {
    std::mt19937_64 random(3);
    const Shape shape{3, 4, 2};
    golden::Datapath datapath = datapath_of(shape, golden::OverflowMode::Trap);
    ArrayConfig array = array_of(shape);
    ArrayDriver driver(datapath, array, generated(datapath, array));
    auto groups = corner_groups(datapath, array, random);
    auto expected = expected_rows(datapath, array, groups);
    for (int cycles = 1; cycles < 40; ++cycles) {
        driver.reset();
        driver.run_cycles(groups[3], cycles);
        driver.reset();
        BOOST_TEST(!driver.sticky_overflow());
        BOOST_TEST(same_values(driver.run(groups, {20, 20}, random), expected), cycles << " cycles");
    }
}

BOOST_AUTO_TEST_CASE(one_flipped_bit_anywhere_is_caught) {
    std::mt19937_64 random(4);
    const Shape shape{4, 3, 2};
    golden::Datapath datapath = datapath_of(shape, golden::OverflowMode::Trap);
    ArrayConfig array = array_of(shape);
    auto groups = corner_groups(datapath, array, random);
    auto expected = expected_rows(datapath, array, groups);
    const std::tuple<const char*, const char*, int> faults[] = {{"macaw_systolic_pe", "shadow_q", 2},
                                                                {"macaw_systolic_pe", "weight_q", 0},
                                                                {"macaw_systolic_pe", "partial_sum_q", 10},
                                                                {"macaw_systolic_pe", "overflow_q", 0},
                                                                {"macaw_systolic_pe", "activation_q", 7},
                                                                {"macaw_outer_bank", "outer_1_q", 12},
                                                                {"macaw_outer_bank", "inner_overflow_2_q", 0},
                                                                {"macaw_skew_1", "data_q", 3},
                                                                {"macaw_array", "weight_1_q", 1}};
    for (const auto& [module, signal, bit] : faults) {
        rtl::Design design = generated(datapath, array);
        design.invert_bit(module, signal, bit);
        ArrayDriver driver(datapath, array, design);
        driver.reset();
        BOOST_TEST(!same_values(driver.run(groups, {}, random), expected), module << "." << signal);
    }
}

BOOST_AUTO_TEST_CASE(what_its_elements_cannot_do_is_refused_with_a_hint) {
    const Shape shape{4, 3, 2};
    golden::Datapath datapath = datapath_of(shape, golden::OverflowMode::Wrap);
    ArrayConfig array = array_of(shape);
    BOOST_TEST(validate(array, datapath).empty());
    array.lanes = 2;
    array.pipeline = Pipeline::Tree;
    array.arithmetic = Arithmetic::Structural;
    array.form.accumulation = Accumulation::CarrySave;
    std::vector<golden::DatapathProblem> problems = validate(array, datapath);
    BOOST_REQUIRE_EQUAL(problems.size(), 3U);
    for (const auto& problem : problems) BOOST_TEST(!problem.hint.empty());
    BOOST_TEST(problems[0].field == "lanes");
    BOOST_TEST(problems[1].field == "pipeline");
    BOOST_TEST(problems[2].field == "accumulation");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
