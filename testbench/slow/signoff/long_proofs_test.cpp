// Proofs that take too long for every run: structural lanes in wide accumulators, all pairs of overflow
// modes, deep pipelines.
#include "sim/formal/handshake.hpp"
#include "sim/formal/inner_overflow.hpp"
#include "sim/formal/overflow_flags.hpp"
#include "testbench/formal/sim/proof_fixture.hpp"

namespace macaw::sim {

namespace {

using golden::BitWidth;
using golden::OverflowMode;
using namespace testing;

constexpr OverflowMode kModes[] = {OverflowMode::Wrap, OverflowMode::Saturate, OverflowMode::Trap};

}  // namespace

BOOST_AUTO_TEST_SUITE(long_proofs_suite)

BOOST_AUTO_TEST_CASE(no_stream_inside_the_budget_overflows_structural_lanes_of_wide_accumulators) {
    if (!have_provers()) return;
    Bench bench;
    for (hw::Multiplier multiplier : {hw::Multiplier::BaughWooley, hw::Multiplier::Booth})
        for (int p : {16, 20, 32}) {
            const golden::Datapath datapath = w4a8(p);
            const hw::ArrayConfig array = array_of(1, 16, hw::Arithmetic::Structural, {multiplier});
            auto property = inner_overflow_property(datapath, array, axe_limit(datapath.inner_bits));
            BOOST_TEST(text(bench.prover().induction(bench.next_name(), property, 1)) == "proven",
                       p << " bits");
        }
}

BOOST_AUTO_TEST_CASE(the_processing_element_is_the_exact_reference_in_all_pairs_of_modes) {
    if (!have_provers()) return;
    Bench bench;
    for (hw::Arithmetic arithmetic : {hw::Arithmetic::Behavioural, hw::Arithmetic::Structural})
        for (OverflowMode inner : kModes)
            for (OverflowMode outer : kModes) {
                const golden::Datapath small = small_datapath(w4a8(), inner, outer);
                auto property = processing_element_property(small, array_of(1, 16, arithmetic), 0);
                BOOST_TEST(text(bench.prover().induction(bench.next_name(), property, 1)) == "proven",
                           to_string(small));
            }
}

BOOST_AUTO_TEST_CASE(no_word_is_lost_doubled_or_invented_by_a_deep_pipeline) {
    if (!have_provers()) return;
    Bench bench;
    golden::Datapath datapath = w4a8();
    hw::ArrayConfig config = array_of(4, 16);
    config.pipeline = hw::Pipeline::Full;
    auto array = handshake_array(datapath, config);
    BOOST_REQUIRE(array.has_value());
    for (HandshakeClaim claim : kHandshakeClaims)
        BOOST_TEST(text_of_all(bench, handshake_properties(*array, claim)) == "proven", to_string(claim));
}

BOOST_AUTO_TEST_CASE(no_word_of_either_stream_of_a_weight_stationary_array_is_lost) {
    if (!have_provers()) return;
    Bench bench;
    hw::ArrayConfig config = array_of(2, 1);
    config.dataflow = hw::Dataflow::WeightStationary;
    golden::Datapath datapath = w4a8();
    datapath.products_per_check = 1;
    datapath.tile = 2;
    auto array = handshake_array(datapath, config);
    BOOST_REQUIRE(array.has_value());
    for (HandshakeClaim claim : kHandshakeClaims)
        BOOST_TEST(text_of_all(bench, handshake_properties(*array, claim)) == "proven", to_string(claim));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::sim
