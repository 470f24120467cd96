// Operand gating changes no output and no cycle, and what is behind a 0 holds.
#include <random>

#include <boost/test/unit_test.hpp>

#include "hw/arith/operand_gate.hpp"
#include "hw/array/generate_array.hpp"
#include "hw/rtl/simulator.hpp"
#include "testbench/support/hw/array_driver.hpp"
#include "testbench/support/property.hpp"

namespace macaw::hw {

namespace {

// Half of the codes are 0.
std::vector<Group> sparse_groups(const golden::Datapath& datapath, const ArrayConfig& array,
                                 std::mt19937_64& random) {
    std::vector<Group> groups;
    for (int i = 0; i < 3; ++i) {
        const auto length = static_cast<std::int64_t>(1 + random() % 20);
        groups.push_back(random_group(datapath, array, length, Codes::Random, random));
        for (auto& code : groups.back().activations)
            if (random() % 2) code = 0;
        for (auto& code : groups.back().weights)
            if (random() % 2) code = 0;
    }
    return groups;
}

bool alike(const std::vector<OutputRow>& a, const std::vector<OutputRow>& b) {
    return std::ranges::equal(a, b, [](const OutputRow& x, const OutputRow& y) {
        return x.columns == y.columns && x.last == y.last && x.cycle == y.cycle;
    });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(operand_gating_suite)

BOOST_AUTO_TEST_CASE(gated_arrays_give_the_same_rows_in_the_same_cycles) {
    macaw::testing::check_property("gated == not gated == golden", [](std::uint64_t seed) {
        std::mt19937_64 random(seed);
        testing::RandomConfiguration c = testing::random_configuration(random);
        if (c.array.arithmetic == Arithmetic::Packed)
            c.array.arithmetic = Arithmetic::Behavioural;  // not gated
        c.array.gating = Gating::None;
        const auto groups = sparse_groups(c.datapath, c.array, random);
        std::vector<std::vector<OutputRow>> rows;
        for (Gating gating : {Gating::None, Gating::ZeroOperand}) {
            c.array.gating = gating;
            auto design = generate_array(c.datapath, c.array);
            RC_ASSERT(design.has_value());
            RC_ASSERT((design->find("macaw_operand_gate") != nullptr) ==
                      (gating == Gating::ZeroOperand && c.array.dataflow == Dataflow::OutputStationary));
            ArrayDriver driver(c.datapath, c.array, *design);
            driver.reset();
            std::mt19937_64 pauses(seed);
            rows.push_back(driver.run(groups, {30, 30}, pauses));
        }
        RC_ASSERT(alike(rows[0], rows[1]));
        const auto expected = expected_rows(c.datapath, c.array, groups);
        RC_ASSERT(rows[1].size() == expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            RC_ASSERT(rows[1][i].columns == expected[i].columns);
    });
}

// 3 x 5 is taken, 0 x 7 and 7 x 0 are not, and nothing without a beat.
BOOST_AUTO_TEST_CASE(a_gate_holds_both_operands_while_one_is_zero) {
    rtl::Design design;
    add_operand_gate(design, {});
    rtl::Simulator simulator(design);
    auto beat = [&](int enable, int activation, int weight) {
        simulator.set(simulator.port("enable_i"), enable);
        simulator.set(simulator.port("activation_i"), activation);
        simulator.set(simulator.port("weight_i"), weight);
        simulator.clock_edge();
        simulator.evaluate();
        auto get = [&](const char* name) { return simulator.get(simulator.port(name)); };
        return std::tuple{get("activation_o"), get("weight_o"), get("nonzero_o")};
    };
    BOOST_TEST((beat(1, 3, 5) == std::tuple{3, 5, 1}));
    BOOST_TEST((beat(1, 0, 7) == std::tuple{3, 5, 0}));
    BOOST_TEST((beat(1, 7, 0) == std::tuple{3, 5, 0}));
    BOOST_TEST((beat(0, 9, 9) == std::tuple{3, 5, 0}));
    BOOST_TEST((beat(1, 9, 9) == std::tuple{9, 9, 1}));
    BOOST_TEST((beat(0, 0, 0) == std::tuple{9, 9, 1}));
}

// Negative control: without the mask an old product counts again.
BOOST_AUTO_TEST_CASE(a_mask_that_is_stuck_gives_wrong_sums) {
    golden::Datapath datapath;
    datapath.tile = datapath.products_per_check = 2;
    ArrayConfig array;
    array.rows = array.columns = 1;
    array.lanes = 2;
    array.gating = Gating::ZeroOperand;
    std::mt19937_64 random(1);
    auto groups = sparse_groups(datapath, array, random);
    auto design = generate_array(datapath, array);
    BOOST_REQUIRE(design.has_value());
    design->invert_bit("macaw_operand_gate", "product_counts_q", 0);
    ArrayDriver driver(datapath, array, *design);
    driver.reset();
    const auto rows = driver.run(groups, {}, random);
    const auto expected = expected_rows(datapath, array, groups);
    BOOST_TEST(!std::ranges::equal(
        rows, expected, [](const OutputRow& a, const OutputRow& b) { return a.columns == b.columns; }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
