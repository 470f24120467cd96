// Flags and values of saturate and trap against exact references of 64 bits, for all sums and, in the
// processing element, for all sequences of controls and data.
#include "sim/formal/overflow_flags.hpp"

#include "hw/array/processing_element.hpp"
#include "proof_fixture.hpp"

namespace macaw::sim {

namespace {

using golden::BitWidth;
using golden::OverflowMode;
using namespace testing;

constexpr OverflowMode kModes[] = {OverflowMode::Wrap, OverflowMode::Saturate, OverflowMode::Trap};

}  // namespace

BOOST_AUTO_TEST_SUITE(overflow_flags_suite)

BOOST_AUTO_TEST_CASE(range_checks_of_many_widths_flag_and_clamp_exactly_what_leaves_the_range) {
    if (!have_provers()) return;
    Bench bench;
    for (OverflowMode mode : {OverflowMode::Saturate, OverflowMode::Trap})
        for (auto [sum, kept] : {std::pair{2, 1}, std::pair{9, 8}, std::pair{16, 13}, std::pair{24, 16},
                                 std::pair{40, 20}, std::pair{63, 61}})
            for (int slack : {0, 1}) {
                auto proof = bench.prover().all_inputs(
                    bench.next_name(), range_check_property(sum, BitWidth(kept), mode, slack));
                BOOST_TEST(text(proof) == (slack == 0 ? "proven" : "refuted"),
                           sum << " to " << kept << " bits");
            }
}

// Each mode on each level; all nine pairs are in testbench/slow.
BOOST_AUTO_TEST_CASE(the_processing_element_is_the_exact_reference_in_all_modes) {
    if (!have_provers()) return;
    Bench bench;
    int number = 0;
    for (OverflowMode inner : kModes)
        for (OverflowMode outer : kModes) {
            if ((static_cast<int>(inner) + static_cast<int>(outer)) % 3 != 2) continue;
            golden::Datapath datapath = w4a8();
            datapath.activation_signedness =
                number % 2 == 0 ? golden::Signedness::Signed : golden::Signedness::Unsigned;
            if (number > 0) datapath.weight_signedness = golden::Signedness::Unsigned;
            const hw::ArrayConfig array =
                number % 3 == 0
                    ? array_of(1, 16)
                    : array_of(1, 16, hw::Arithmetic::Structural,
                               {number % 3 == 1 ? hw::Multiplier::Booth : hw::Multiplier::BaughWooley,
                                hw::Reduction::Dadda, hw::FinalAdder::Operator, hw::Accumulation::CarrySave});
            const golden::Datapath small = small_datapath(datapath, inner, outer);
            auto proof =
                bench.prover().induction(bench.next_name(), processing_element_property(small, array, 0), 1);
            BOOST_TEST(text(proof) == "proven", to_string(small)
                                                    << ", " << to_string(array) << ": " << text(proof));
            ++number;
        }
}

BOOST_AUTO_TEST_CASE(a_reference_with_a_range_one_too_wide_has_a_counterexample) {
    if (!have_provers()) return;
    Bench bench;
    for (OverflowMode mode : {OverflowMode::Saturate, OverflowMode::Trap}) {
        const golden::Datapath small = small_datapath(w4a8(), mode, OverflowMode::Wrap);
        auto proof = bench.prover().search(bench.next_name(),
                                           processing_element_property(small, array_of(1, 16), 1), 8);
        BOOST_TEST(text(proof) == "refuted");
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::sim
