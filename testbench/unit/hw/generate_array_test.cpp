// The generated array, run in C++, against the golden model: values, flags, order and protocol.
#include "hw/array/generate_array.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include "testbench/support/hw/array_driver.hpp"
#include "testbench/support/property.hpp"

namespace macaw::hw {

namespace {

using testing::ArrayDriver;

rtl::Design generated(const golden::Datapath& datapath, const ArrayConfig& array) {
    auto design = generate_array(datapath, array);
    std::string problem = design ? "" : to_text(design.error());
    BOOST_REQUIRE_EQUAL(problem, "");
    return std::move(*design);
}

std::vector<Group> random_groups(const golden::Datapath& datapath, const ArrayConfig& array, int count,
                                 std::mt19937_64& random) {
    std::vector<Group> groups;
    for (int i = 0; i < count; ++i) {
        auto length = std::uniform_int_distribution<std::int64_t>(1, 3 * datapath.tile + 1)(random);
        groups.push_back(
            random_group(datapath, array, length, i % 2 ? Codes::Random : Codes::Extreme, random));
    }
    return groups;
}

bool same(const std::vector<OutputRow>& actual, const std::vector<OutputRow>& expected) {
    return std::equal(
        actual.begin(), actual.end(), expected.begin(), expected.end(),
        [](const OutputRow& a, const OutputRow& b) { return a.columns == b.columns && a.last == b.last; });
}

golden::Datapath small_datapath() {
    golden::Datapath datapath;
    datapath.tile = 8;
    datapath.inner_bits = golden::BitWidth(13);
    datapath.outer_bits = golden::BitWidth(15);
    datapath.products_per_check = 4;
    return datapath;
}

ArrayConfig small_array() {
    ArrayConfig array;
    array.rows = 2;
    array.columns = 3;
    array.lanes = 4;
    return array;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(generate_array_suite)

constexpr Pipeline kPipelines[] = {Pipeline::None, Pipeline::Multiplier, Pipeline::Tree, Pipeline::Full};

BOOST_AUTO_TEST_CASE(any_configuration_equals_the_golden_model_with_stalls_on_both_sides) {
    macaw::testing::check_property("array == golden::matmul", [](std::uint64_t seed) {
        std::mt19937_64 random(seed);
        testing::RandomConfiguration configuration = testing::random_configuration(random);
        RC_LOG() << to_string(configuration.datapath) << " " << to_string(configuration.array);
        auto design = generate_array(configuration.datapath, configuration.array);
        RC_ASSERT(design.has_value());
        ArrayDriver driver(configuration.datapath, configuration.array, *design);
        driver.reset();
        auto groups = random_groups(configuration.datapath, configuration.array, 6, random);
        testing::Stalls stalls{static_cast<int>(random() % 3) * 30, static_cast<int>(random() % 3) * 30};
        auto rows = driver.run(groups, stalls, random);
        RC_ASSERT(same(rows, expected_rows(configuration.datapath, configuration.array, groups)));
    });
}

BOOST_AUTO_TEST_CASE(outputs_come_at_the_stated_latency) {
    std::mt19937_64 random(1);
    golden::Datapath datapath = small_datapath();
    for (Pipeline pipeline : kPipelines) {
        ArrayConfig array = small_array();
        array.pipeline = pipeline;
        ArrayDriver driver(datapath, array, generated(datapath, array));
        driver.reset();
        auto groups = random_groups(datapath, array, 1, random);
        auto rows = driver.run(groups, {}, random);
        BOOST_REQUIRE_EQUAL(rows.size(), 2U);
        BOOST_TEST(rows[0].cycle ==
                   driver.closing_cycles()[0] + latency_of(datapath, array).last_beat_to_first_output);
        BOOST_TEST(rows[1].cycle == rows[0].cycle + 1);
    }
}

// Runs groups through a configuration and compares; behavioural, structural and, in wrap mode, carry-save.
void check_equal(const golden::Datapath& datapath, ArrayConfig array, const std::vector<Group>& groups) {
    std::mt19937_64 random(7);
    std::vector<std::pair<Arithmetic, StructuralForm>> forms = {{Arithmetic::Behavioural, {}},
                                                                {Arithmetic::Structural, {}}};
    if (datapath.inner_overflow == golden::OverflowMode::Wrap)
        for (Multiplier multiplier : {Multiplier::BaughWooley, Multiplier::Booth})
            forms.push_back(
                {Arithmetic::Structural,
                 {multiplier, Reduction::Wallace, FinalAdder::Sklansky, Accumulation::CarrySave}});
    for (std::size_t i = 0; i < forms.size() * std::size(kPipelines); ++i) {
        std::tie(array.arithmetic, array.form) = forms[i / std::size(kPipelines)];
        array.pipeline = kPipelines[i % std::size(kPipelines)];
        ArrayDriver driver(datapath, array, generated(datapath, array));
        driver.reset();
        BOOST_TEST(same(driver.run(groups, {}, random), expected_rows(datapath, array, groups)),
                   to_string(array));
    }
}

BOOST_AUTO_TEST_CASE(one_by_one_arrays_and_all_lane_counts_of_a_tile_work) {
    std::mt19937_64 random(2);
    for (auto mode : {golden::OverflowMode::Wrap, golden::OverflowMode::Saturate, golden::OverflowMode::Trap})
        for (int lanes : {1, 2, 4, 8}) {
            golden::Datapath datapath = small_datapath();
            datapath.inner_overflow = datapath.outer_overflow = mode;
            datapath.products_per_check = lanes;
            ArrayConfig array = small_array();
            array.rows = array.columns = 1;
            array.lanes = lanes;
            check_equal(datapath, array, random_groups(datapath, array, 5, random));
        }
}

BOOST_AUTO_TEST_CASE(ragged_short_and_single_products_work) {
    std::mt19937_64 random(3);
    golden::Datapath datapath = small_datapath();
    std::vector<Group> groups;
    for (std::int64_t length : {1, 3, 4, 5, 7, 8, 9, 16, 17, 1})
        groups.push_back(random_group(datapath, small_array(), length, Codes::Random, random));
    check_equal(datapath, small_array(), groups);
}

BOOST_AUTO_TEST_CASE(the_most_negative_activation_times_the_least_weight_is_exact_where_it_fits) {
    // 16 products of -128 * -7 = 896: 8 of them in a tile make 7168, two tiles 14336. 14 and 15 bits hold
    // that.
    golden::Datapath datapath = small_datapath();
    datapath.inner_overflow = datapath.outer_overflow = golden::OverflowMode::Trap;
    datapath.inner_bits = golden::BitWidth(14);
    ArrayConfig array = small_array();
    Group group{16, std::vector<golden::ActivationCode>(32, -128), std::vector<golden::WeightCode>(48, -7)};
    std::mt19937_64 random(4);
    ArrayDriver driver(datapath, array, generated(datapath, array));
    driver.reset();
    for (const OutputRow& row : driver.run({group}, {}, random))
        for (const golden::DotProduct& output : row.columns)
            BOOST_TEST((output == golden::DotProduct{14336, false, false}));
    BOOST_TEST(!driver.sticky_overflow());
    // One bit less in the inner accumulator: 7168 does not fit 13 bits (4095), it wraps to -1024 in each
    // tile.
    datapath.inner_bits = golden::BitWidth(13);
    ArrayDriver narrow(datapath, array, generated(datapath, array));
    narrow.reset();
    for (const OutputRow& row : narrow.run({group}, {}, random))
        for (const golden::DotProduct& output : row.columns)
            BOOST_TEST((output == golden::DotProduct{-2048, true, false}));
    BOOST_TEST(narrow.sticky_overflow());
}

BOOST_AUTO_TEST_CASE(saturation_at_both_levels_keeps_the_ends_and_flags_of_their_own) {
    golden::Datapath datapath = small_datapath();
    datapath.inner_overflow = datapath.outer_overflow = golden::OverflowMode::Saturate;
    datapath.outer_bits = golden::BitWidth(13);
    ArrayConfig array = small_array();
    std::mt19937_64 random(5);
    ArrayDriver driver(datapath, array, generated(datapath, array));
    driver.reset();
    // -128 * 7 * 8 = -7168 per tile saturates at -4096; the second tile takes the outer accumulator below
    // -4096.
    Group twice{16, std::vector<golden::ActivationCode>(32, -128), std::vector<golden::WeightCode>(48, 7)};
    Group once{8, std::vector<golden::ActivationCode>(16, -128), std::vector<golden::WeightCode>(24, 7)};
    auto rows = driver.run({twice, once}, {}, random);
    BOOST_TEST((rows[0].columns[0] == golden::DotProduct{-4096, true, true}));
    BOOST_TEST((rows[2].columns[0] == golden::DotProduct{-4096, true, false}));
}

BOOST_AUTO_TEST_CASE(flags_do_not_leak_into_the_next_dot_product) {
    golden::Datapath datapath = small_datapath();
    datapath.inner_overflow = datapath.outer_overflow = golden::OverflowMode::Trap;
    ArrayConfig array = small_array();
    std::mt19937_64 random(6);
    ArrayDriver driver(datapath, array, generated(datapath, array));
    driver.reset();
    Group loud{16, std::vector<golden::ActivationCode>(32, -128), std::vector<golden::WeightCode>(48, -7)};
    Group quiet{3, std::vector<golden::ActivationCode>(6, 1), std::vector<golden::WeightCode>(9, 1)};
    auto rows = driver.run({loud, quiet, quiet}, {}, random);
    BOOST_TEST(rows[0].columns[0].inner_overflow);
    for (std::size_t row = 2; row < 6; ++row)
        BOOST_TEST((rows[row].columns[2] == golden::DotProduct{3, false, false}));
    BOOST_TEST(driver.sticky_overflow());
    driver.reset();
    BOOST_TEST(!driver.sticky_overflow());
}

BOOST_AUTO_TEST_CASE(a_reset_in_the_middle_leaves_nothing_behind) {
    std::mt19937_64 random(8);
    golden::Datapath datapath = small_datapath();
    datapath.inner_overflow = datapath.outer_overflow = golden::OverflowMode::Trap;
    ArrayConfig array = small_array();
    ArrayDriver driver(datapath, array, generated(datapath, array));
    auto groups = random_groups(datapath, array, 4, random);
    auto expected = expected_rows(datapath, array, groups);
    for (int cycles = 1; cycles < 25; ++cycles) {
        driver.reset();
        driver.run_cycles(groups[1], cycles);
        driver.reset();
        BOOST_TEST(same(driver.run(groups, {20, 20}, random), expected),
                   "reset after " << cycles << " cycles");
    }
}

BOOST_AUTO_TEST_CASE(inputs_stop_only_when_the_drain_chain_is_busy) {
    std::mt19937_64 random(9);
    golden::Datapath datapath = small_datapath();
    ArrayConfig array = small_array();
    array.rows = 5;
    array.pipeline = Pipeline::Full;
    int enough = latency_of(datapath, array).beats_without_stall;
    auto stalled = [&](int beats) {
        ArrayDriver driver(datapath, array, generated(datapath, array));
        driver.reset();
        std::vector<Group> groups;
        for (int i = 0; i < 6; ++i)
            groups.push_back(random_group(datapath, array, beats * array.lanes, Codes::Random, random));
        BOOST_TEST(same(driver.run(groups, {}, random), expected_rows(datapath, array, groups)));
        return driver.stalled_cycles();
    };
    BOOST_TEST(stalled(enough) == 0);
    BOOST_TEST(stalled(enough - 1) > 0);
}

BOOST_AUTO_TEST_CASE(one_flipped_bit_anywhere_in_the_element_is_caught) {
    std::mt19937_64 random(10);
    golden::Datapath datapath = small_datapath();
    datapath.inner_overflow = datapath.outer_overflow = golden::OverflowMode::Trap;
    ArrayConfig array = small_array();
    auto groups = random_groups(datapath, array, 20, random);
    auto expected = expected_rows(datapath, array, groups);
    const std::pair<std::string, int> faults[] = {
        {"inner_q", 12}, {"outer_q", 0}, {"inner_base", 3}, {"tile_overflow_q", 0}, {"drain_result_q", 14}};
    for (const auto& [signal, bit] : faults) {
        rtl::Design design = generated(datapath, array);
        design.invert_bit("macaw_pe", signal, bit);
        ArrayDriver driver(datapath, array, design);
        driver.reset();
        BOOST_TEST(!same(driver.run(groups, {}, random), expected), signal);
    }
}

BOOST_AUTO_TEST_CASE(wrong_configurations_are_errors_that_name_the_field) {
    golden::Datapath datapath = small_datapath();
    ArrayConfig array = small_array();
    datapath.products_per_check = 1;
    auto design = generate_array(datapath, array);
    BOOST_REQUIRE(!design.has_value());
    BOOST_TEST(design.error().message.find("products_per_check") != std::string::npos);
    array.lanes = 3;
    array.rows = 0;
    design = generate_array(datapath, array);
    BOOST_REQUIRE(!design.has_value());
    BOOST_TEST(design.error().message.find("rows: 0 is not in 1..256") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
