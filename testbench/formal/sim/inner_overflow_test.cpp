// No inner overflow inside AXE's budget, by induction over the generated processing element of one lane; a
// budget that admits one unit of |weight| more has a counterexample.
#include "sim/formal/inner_overflow.hpp"

#include "proof_fixture.hpp"
#include "sim/formal/overflow_chain.hpp"

namespace macaw::sim {

namespace {

using golden::BitWidth;
using golden::Signedness;
using namespace testing;

constexpr int kDepth = 1;  // of the induction

golden::Datapath unsigned_activations(golden::Datapath datapath) {
    datapath.activation_signedness = Signedness::Unsigned;
    return datapath;
}

golden::Datapath unsigned_weights(golden::Datapath datapath) {
    datapath.weight_signedness = Signedness::Unsigned;
    return datapath;
}

std::vector<hw::ArrayConfig> arithmetics() {
    return {array_of(1, 16), array_of(1, 16, hw::Arithmetic::Structural, {}),
            array_of(1, 16, hw::Arithmetic::Structural,
                     {hw::Multiplier::Booth, hw::Reduction::Wallace, hw::FinalAdder::KoggeStone,
                      hw::Accumulation::CarrySave})};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(inner_overflow_suite)

BOOST_AUTO_TEST_CASE(no_stream_inside_the_budget_overflows_signed_activations_of_any_arithmetic) {
    if (!have_provers()) return;
    Bench bench;
    for (const hw::ArrayConfig& array : arithmetics())
        for (int p : {12, 16, 20}) {
            if (p > 12 && array.arithmetic == hw::Arithmetic::Structural) continue;  // testbench/slow
            const golden::Datapath datapath = w4a8(p);
            auto property = inner_overflow_property(datapath, array, axe_limit(datapath.inner_bits));
            auto proof = bench.prover().induction(bench.next_name(), property, kDepth);
            BOOST_TEST(text(proof) == "proven", p << " bits, " << to_string(array));
        }
}

BOOST_AUTO_TEST_CASE(no_stream_inside_the_budget_overflows_unsigned_activations) {
    if (!have_provers()) return;
    Bench bench;
    for (int p : {12, 16, 20}) {
        const golden::Datapath datapath = unsigned_activations(w4a8(p));
        auto property = inner_overflow_property(datapath, array_of(1, 16), axe_limit(datapath.inner_bits));
        BOOST_TEST(text(bench.prover().induction(bench.next_name(), property, kDepth)) == "proven",
                   p << " bits");
    }
}

// From reset, with the solver choosing weights, inputs and tiles.
BOOST_AUTO_TEST_CASE(one_unit_of_weight_more_has_a_counterexample) {
    if (!have_provers()) return;
    Bench bench;
    for (const golden::Datapath& datapath : {w4a8(12), unsigned_activations(w4a8(12))}) {
        const auto limit = overflowing_limit(datapath);
        const int cycles = static_cast<int>(beats_of_worst_stream(datapath)) + 3;
        auto property = inner_overflow_property(datapath, array_of(1, 16), limit);
        BOOST_TEST(text(bench.prover().search(bench.next_name(), property, cycles)) == "refuted");
        BOOST_TEST(text(bench.prover().induction(bench.next_name(), property, kDepth)) ==
                   "undecided: induction over 1 cycles does not close");
        property = inner_overflow_property(datapath, array_of(1, 16), axe_limit(datapath.inner_bits));
        BOOST_TEST(text(bench.prover().search(bench.next_name(), property, cycles))
                       .starts_with("undecided: no counterexample"));
    }
}

// The numbers of W4A8, P = 12: 2047 / 128 = 15 units of |w|; the 16th makes 16 * 128 = 2048. Unsigned: 2047 /
// 255 = 8.
BOOST_AUTO_TEST_CASE(budgets_are_those_of_a_hand_calculation) {
    BOOST_TEST(axe_limit(BitWidth(12)) == 2047);
    BOOST_TEST(overflowing_limit(w4a8(12)) == 2048);
    BOOST_TEST(overflowing_limit(unsigned_activations(w4a8(12))) == 9 * 255);
    BOOST_TEST(beats_of_worst_stream(w4a8(12)) == 3);                        // 7 + 7 + 2
    BOOST_TEST(beats_of_worst_stream(unsigned_activations(w4a8(12))) == 2);  // 7 + 2
    // Without a sign 16 units of -128 are -2048, which fits: 17 x 127 = 2159 and 17 x -128 = -2176 do not.
    BOOST_TEST(overflowing_limit(unsigned_weights(w4a8(12))) == 17 * 128);
    BOOST_TEST(beats_of_worst_stream(unsigned_weights(w4a8(12))) == 2);  // 15 + 2
    BOOST_TEST(overflowing_limit(unsigned_weights(unsigned_activations(w4a8(12)))) == 9 * 255);
    BOOST_TEST(beats_of_worst_stream(unsigned_weights(unsigned_activations(w4a8(12)))) == 1);
}

BOOST_AUTO_TEST_CASE(no_stream_of_unsigned_weights_inside_the_budget_overflows_and_one_beyond_it_does) {
    if (!have_provers()) return;
    Bench bench;
    for (const golden::Datapath& datapath :
         {unsigned_weights(w4a8(12)), unsigned_weights(unsigned_activations(w4a8(12)))})
        for (const hw::ArrayConfig& array : arithmetics()) {
            auto property = inner_overflow_property(datapath, array, axe_limit(datapath.inner_bits));
            BOOST_TEST(text(bench.prover().induction(bench.next_name(), property, kDepth)) == "proven",
                       to_string(array));
            if (array.arithmetic == hw::Arithmetic::Structural) continue;
            property = inner_overflow_property(datapath, array, overflowing_limit(datapath));
            const int cycles = static_cast<int>(beats_of_worst_stream(datapath)) + 3;
            BOOST_TEST(text(bench.prover().search(bench.next_name(), property, cycles)) == "refuted");
        }
}

BOOST_AUTO_TEST_CASE(
    the_worst_stream_of_one_unit_more_raises_the_flag_in_simulation_and_the_one_inside_does_not) {
    for (const hw::ArrayConfig& array : arithmetics())
        for (int p : {9, 12, 16, 20}) {
            BOOST_TEST(one_more_overflows(w4a8(p), array), p << " bits");
            BOOST_TEST(one_more_overflows(unsigned_activations(w4a8(p)), array), p << " bits, unsigned");
            BOOST_TEST(one_more_overflows(unsigned_weights(w4a8(p)), array), p << " bits, weights");
            BOOST_TEST(one_more_overflows(unsigned_weights(unsigned_activations(w4a8(p))), array),
                       p << " bits, both unsigned");
        }
}

BOOST_AUTO_TEST_CASE(the_lane_lemma_holds_on_the_generated_product_and_a_bound_less_by_one_does_not) {
    if (!have_provers()) return;
    Bench bench;
    for (const hw::ArrayConfig& array : arithmetics())
        for (const golden::Datapath& datapath :
             {w4a8(), unsigned_activations(w4a8()), unsigned_weights(w4a8()),
              unsigned_weights(unsigned_activations(w4a8()))})
            for (int slack : {0, 1}) {
                auto proof = bench.prover().all_inputs(bench.next_name(),
                                                       lane_product_property(datapath, array, slack));
                BOOST_TEST(text(proof) == (slack == 0 ? "proven" : "refuted"));
            }
}

// W4A8, 13 bits, 16 lanes: 4096 + 16 * 8 * 128 = 20480; 65535 / 4095 = 16 tiles of 64.
BOOST_AUTO_TEST_CASE(the_chain_holds_inside_the_budget_and_breaks_beyond_it) {
    const golden::Datapath datapath = w4a8();
    const Chain chain = overflow_chain(datapath, 16, axe_limit(datapath.inner_bits));
    BOOST_TEST(chain.holds(), chain.text());
    BOOST_TEST(chain.tiles == 16);
    BOOST_TEST(chain.text().find("= 20480") != std::string::npos);
    BOOST_TEST(!overflow_chain(datapath, 16, 4096).holds());
    for (int p : {2, 24, 32, 48, 61}) {
        golden::Datapath wide = unsigned_activations(w4a8());
        wide.inner_bits = wide.outer_bits = BitWidth(p);
        BOOST_TEST(overflow_chain(wide, 256, axe_limit(wide.inner_bits)).holds() == (p < 61), p << " bits");
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::sim
