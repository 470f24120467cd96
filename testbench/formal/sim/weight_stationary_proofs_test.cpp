// The proofs about weight-stationary arrays: a column never overflows inside the budget, elements and outer
// accumulators are the exact reference, and both streams keep their words; each with what breaks it.
#include "proof_fixture.hpp"
#include "sim/formal/handshake.hpp"
#include "sim/formal/inner_overflow.hpp"
#include "sim/formal/overflow_flags.hpp"
#include "sim/formal/systolic_element.hpp"

namespace macaw::sim {

namespace {

using golden::BitWidth;
using golden::OverflowMode;
using golden::Signedness;
using namespace testing;

hw::ArrayConfig systolic(int rows, hw::Arithmetic arithmetic = hw::Arithmetic::Behavioural) {
    hw::ArrayConfig array = array_of(rows, 1, arithmetic);
    array.dataflow = hw::Dataflow::WeightStationary;
    return array;
}

golden::Datapath w4a8_in_columns(int inner_bits, Signedness activations = Signedness::Signed) {
    golden::Datapath datapath = w4a8(inner_bits);
    datapath.products_per_check = 1;
    datapath.activation_signedness = activations;
    return datapath;
}

HandshakeArray generated(int rows, int tile) {
    golden::Datapath datapath = w4a8_in_columns(13);
    datapath.tile = tile;
    return small_array(datapath, systolic(rows));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(weight_stationary_proofs)

BOOST_AUTO_TEST_CASE(no_element_of_a_column_overflows_inside_the_budget_and_one_does_with_one_unit_more) {
    if (!have_provers()) return;
    Bench bench;
    for (Signedness activations : {Signedness::Signed, Signedness::Unsigned})
        for (int p : {12, 20}) {
            if (p == 20 && activations == Signedness::Unsigned) continue;
            golden::Datapath datapath = w4a8_in_columns(p, activations);
            if (p == 12) datapath.weight_signedness = activations;
            auto step = [&](std::int64_t limit) {
                return column_overflow_property(datapath, systolic(1), limit);
            };
            const std::int64_t more = overflowing_limit(datapath);
            BOOST_TEST(text(bench.prover().induction(bench.next_name(), step(axe_limit(datapath.inner_bits)),
                                                     1)) == "proven",
                       p << " bits");
            BOOST_TEST(text(bench.prover().search(bench.next_name(), step(more), 4)) == "refuted",
                       p << " bits");
        }
}

BOOST_AUTO_TEST_CASE(the_shortest_column_of_one_unit_more_overflows_in_simulation) {
    for (Signedness activations : {Signedness::Signed, Signedness::Unsigned})
        for (int p : {9, 12, 14}) {
            BOOST_TEST(column_of_one_more_overflows(w4a8_in_columns(p, activations), systolic(2)), p);
            BOOST_TEST(column_of_one_more_overflows(w4a8_in_columns(p, activations),
                                                    systolic(2, hw::Arithmetic::Structural)),
                       p);
        }
}

BOOST_AUTO_TEST_CASE(elements_and_outer_accumulators_are_the_exact_reference_and_not_one_of_a_wider_range) {
    if (!have_provers()) return;
    Bench bench;
    int number = 0;
    for (auto [inner, outer] : {std::pair{OverflowMode::Wrap, OverflowMode::Trap},
                                std::pair{OverflowMode::Trap, OverflowMode::Saturate},
                                std::pair{OverflowMode::Saturate, OverflowMode::Wrap}}) {
        const auto activations = number % 2 == 0 ? Signedness::Signed : Signedness::Unsigned;
        const hw::ArrayConfig array =
            systolic(1 + number, number % 2 == 0 ? hw::Arithmetic::Behavioural : hw::Arithmetic::Structural);
        ++number;
        golden::Datapath datapath = w4a8_in_columns(13, activations);
        datapath.weight_signedness = activations;
        const golden::Datapath small = small_datapath(datapath, inner, outer);
        auto element = [&](int slack) { return systolic_element_property(small, array, slack); };
        auto bank = [&](int slack) { return outer_bank_property(small, array, slack); };
        BOOST_TEST(text(bench.prover().induction(bench.next_name(), element(0), 1)) == "proven",
                   to_string(small));
        BOOST_TEST(text(bench.prover().induction(bench.next_name(), bank(0), 1)) == "proven",
                   to_string(small));
        if (inner != OverflowMode::Wrap)
            BOOST_TEST(text(bench.prover().search(bench.next_name(), element(1), 6)) == "refuted");
        if (outer != OverflowMode::Wrap)
            BOOST_TEST(text(bench.prover().search(bench.next_name(), bank(1), 6)) == "refuted");
    }
}

BOOST_AUTO_TEST_CASE(elements_with_operand_gates_keep_the_budget_and_the_exact_reference) {
    if (!have_provers()) return;
    Bench bench;
    hw::ArrayConfig gated = systolic(2);
    gated.gating = hw::Gating::ZeroOperand;
    for (Signedness activations : {Signedness::Signed, Signedness::Unsigned}) {
        const golden::Datapath datapath = w4a8_in_columns(12, activations);
        auto step = [&](std::int64_t limit) { return column_overflow_property(datapath, gated, limit); };
        BOOST_TEST(text(bench.prover().induction(bench.next_name(), step(axe_limit(datapath.inner_bits)),
                                                 1)) == "proven");
        BOOST_TEST(text(bench.prover().search(bench.next_name(), step(overflowing_limit(datapath)), 4)) ==
                   "refuted");
        BOOST_TEST(column_of_one_more_overflows(datapath, gated));
        for (OverflowMode mode : {OverflowMode::Trap, OverflowMode::Saturate}) {
            const golden::Datapath small = small_datapath(datapath, mode, mode);
            auto element = [&](int slack) { return systolic_element_property(small, gated, slack); };
            BOOST_TEST(text(bench.prover().induction(bench.next_name(), element(0), 1)) == "proven");
            BOOST_TEST(text(bench.prover().search(bench.next_name(), element(1), 6)) == "refuted");
        }
    }
}

// Passes of two tokens and more: macaw prove, and testbench/slow.
BOOST_AUTO_TEST_CASE(no_word_of_either_stream_is_lost_doubled_or_invented) {
    if (!have_provers()) return;
    Bench bench;
    const HandshakeArray array = generated(1, 2);
    for (HandshakeClaim claim : kHandshakeClaims)
        BOOST_TEST(text_of_all(bench, handshake_properties(array, claim)) == "proven", to_string(claim));
}

// All of them: macaw prove.
BOOST_AUTO_TEST_CASE(inverted_registers_of_both_streams_break_a_claim) {
    if (!have_provers()) return;
    Bench bench;
    BOOST_TEST(control_registers(generated(2, 2)).size() >= 14U);
    for (const char* name : {"token_valid_q", "load_row_q"}) {
        HandshakeArray broken = generated(2, 2);
        broken.design.invert_bit(control_module(broken), name, 0);
        std::string verdicts;
        for (HandshakeClaim claim : kHandshakeClaims) {
            verdicts += text_of_all(bench, handshake_properties(broken, claim)) + " ";
            if (verdicts.ends_with("refuted ")) break;
        }
        BOOST_TEST(verdicts.ends_with("refuted "), name << ": " << verdicts);
    }
}

BOOST_AUTO_TEST_CASE(neither_ready_depends_on_ready_of_the_output_in_the_same_cycle) {
    if (!have_provers()) return;
    Bench bench;
    const HandshakeArray array = generated(2, 2);
    for (const char* ready : {"in_ready_o", "weight_ready_o"})
        for (bool with_fault : {false, true})
            BOOST_TEST(text(bench.prover().no_path(bench.next_name(), ready_path_property(array, with_fault),
                                                   "out_ready_i", ready)) ==
                       (with_fault ? "refuted" : "proven"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::sim
