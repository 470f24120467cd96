// The generated array, run in C++, against the golden model: values, flags, order and protocol.
#include "hw/array/generate_array.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include "array_driver.hpp"
#include "testbench/support/property.hpp"

namespace macaw::hw {

namespace {

using testing::ArrayDriver;
using testing::Codes;
using testing::Group;
using testing::OutputRow;

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
    ArrayConfig array = small_array();
    ArrayDriver driver(datapath, array, generated(datapath, array));
    driver.reset();
    auto groups = random_groups(datapath, array, 1, random);
    auto rows = driver.run(groups, {}, random);
    BOOST_REQUIRE_EQUAL(rows.size(), 2U);
    BOOST_TEST(rows[0].cycle == driver.closing_cycles()[0] + latency_of(array).last_beat_to_first_output);
    BOOST_TEST(rows[1].cycle == rows[0].cycle + 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
