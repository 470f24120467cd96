// Lines of the sign-off about overflow.
#include <fmt/format.h>

#include "hw/array/processing_element.hpp"
#include "sim/formal/formal_checks.hpp"
#include "sim/formal/inner_overflow.hpp"
#include "sim/formal/overflow_flags.hpp"

namespace macaw::sim {

using golden::BitWidth;
using golden::OverflowMode;

namespace {

// Beats that a solver is asked to find by itself, and that the C++ simulator plays.
constexpr std::int64_t kSearchedBeats = 10, kPlayedBeats = 1 << 22;
// Enough to overflow an element of 3 x 3 bits.
constexpr int kElementCycles = 8;

}  // namespace

Expected<FormalCheck> check_inner_overflow(const FormalSubject& subject, const Prover& prover,
                                           BitWidth inner_bits) {
    golden::Datapath datapath = subject.datapath;
    datapath.inner_bits = inner_bits;
    datapath.outer_bits = std::max(datapath.outer_bits, inner_bits);
    const std::int64_t limit = axe_limit(inner_bits);
    const std::string key = fmt::format("inner_overflow_p{}", inner_bits.bits());
    Claim claim(key, fmt::format("No inner overflow, P_I = {}, one lane", inner_bits.bits()),
                fmt::format("induction on macaw_pe in trap mode ({}, {})", subject.yosys, subject.z3));
    MACAW_TRY(Proof proof, prover.induction(key, inner_overflow_property(datapath, subject.array, limit), 1));
    claim.must_hold(proof, "the trap flag stays low");

    std::string control;
    const std::int64_t more = overflowing_limit(datapath);
    const std::int64_t beats = beats_of_worst_stream(datapath);
    if (beats <= kSearchedBeats) {
        MACAW_TRY(Proof refuted,
                  prover.search(key + "_control", inner_overflow_property(datapath, subject.array, more),
                                static_cast<int>(beats) + 3));
        claim.must_be_refuted(refuted, fmt::format("a budget of {}", more));
        control = "the solver finds an overflow";
    }
    if (beats <= kPlayedBeats) {
        claim.must_be_true(one_more_overflows(datapath, subject.array),
                           fmt::format("negative control: {} beats in simulation do not overflow", beats));
        control += fmt::format("{}an overflow in simulation after {} beat{}", control.empty() ? "" : ", ",
                               beats, beats == 1 ? "" : "s");
    } else {
        MACAW_TRY(Proof open, prover.induction(key + "_control",
                                               inner_overflow_property(datapath, subject.array, more), 1));
        claim.add_seconds(open.seconds);
        claim.must_be_true(open.verdict != Verdict::Proven,
                           fmt::format("negative control not refuted: a budget of {}", more));
        control = "the induction does not close";
    }
    return claim.done(
        fmt::format("every weight stream with both sums of AXE <= {}, every input, any time; <= {}: {}{}",
                    limit, more, control, subject.without_pipeline_and_gates()));
}

Expected<FormalCheck> check_lane_lemma(const FormalSubject& subject, const Prover& prover) {
    Claim claim("lane_lemma", "Lane lemma", fmt::format("SAT on the generated product ({})", subject.yosys));
    MACAW_TRY(Proof proof,
              prover.all_inputs("lane_lemma", lane_product_property(subject.datapath, subject.array, 0)));
    claim.must_hold(proof, "the product is bounded");
    MACAW_TRY(Proof control, prover.all_inputs("lane_lemma_control",
                                               lane_product_property(subject.datapath, subject.array, 1)));
    claim.must_be_refuted(control, "a bound less by one");
    const golden::Range x = subject.datapath.activation_range();
    return claim.done(fmt::format(
        "w x in [-({0} a + {1} b), {0} b + {1} a] for all {5} w = b - a of {2} bits and x of {3} "
        "bits; a bound for {4} instead of {0}: counterexample",
        x.max, -x.min, subject.datapath.weight_bits.bits(), subject.datapath.activation_bits.bits(),
        x.max - 1, to_string(subject.datapath.weight_signedness)));
}

FormalCheck check_chain(const FormalSubject& subject, const Chain& chain,
                        const std::vector<FormalCheck>& lemmas) {
    const golden::Datapath& datapath = subject.datapath;
    const std::int64_t limit = axe_limit(datapath.inner_bits);
    Claim claim("chain",
                fmt::format("No inner overflow, P_I = {}, {}", datapath.inner_bits.bits(),
                            subject.is_weight_stationary() ? fmt::format("a column of {}", datapath.tile)
                                                           : fmt::format("{} lanes", subject.array.lanes)),
                "the lemmas chained in exact integers: chain.txt");
    for (const FormalCheck& lemma : lemmas)
        if (lemma.line.status != CheckStatus::Passed) {
            Proof missing{lemma.line.status == CheckStatus::Failed ? Verdict::Refuted : Verdict::Undecided, 0,
                          "not proven"};
            claim.must_hold(missing, "\"" + lemma.line.name + "\"");
        }
    claim.must_be_true(chain.holds(), "a link does not hold");
    // One more, and the step of the chain must break.
    const std::int64_t more = overflowing_limit(datapath);
    claim.must_be_true(!overflow_chain(datapath, subject.array.lanes, more).holds(),
                       "negative control: the chain holds for a larger budget");
    std::string outer;
    if (chain.tiles > 0)
        outer = fmt::format("; P_O = {} holds {} tiles (K = {})", datapath.outer_bits.bits(), chain.tiles,
                            chain.tiles * datapath.tile);
    return claim.done(fmt::format("{} inequalities, for both sums of AXE <= {}; broken for {}{}",
                                  chain.links.size(), limit, more, outer));
}

Expected<FormalCheck> check_range_checks(const FormalSubject& subject, const Prover& prover) {
    Claim claim("range_checks", "Range checks: flag and clamp iff the exact sum leaves the range",
                fmt::format("SAT against 64-bit comparisons ({})", subject.yosys));
    std::string figure;
    for (bool is_inner : {true, false})
        for (OverflowMode mode : {OverflowMode::Saturate, OverflowMode::Trap}) {
            golden::Datapath datapath = subject.datapath;
            datapath.inner_overflow = datapath.outer_overflow = mode;
            const BitWidth kept = is_inner ? datapath.inner_bits : datapath.outer_bits;
            const int sum =
                is_inner ? hw::inner_sum_bits(datapath, subject.array) : hw::outer_sum_bits(datapath);
            const std::string name =
                fmt::format("range_check_{}_{}", is_inner ? "inner" : "outer", to_string(mode));
            MACAW_TRY(Proof proof, prover.all_inputs(name, range_check_property(sum, kept, mode, 0)));
            claim.must_hold(proof, name);
            MACAW_TRY(Proof control,
                      prover.all_inputs(name + "_control", range_check_property(sum, kept, mode, 1)));
            claim.must_be_refuted(control, name + " of a range one too wide");
            if (mode == OverflowMode::Trap)
                figure += fmt::format("{}{} to {} bits", figure.empty() ? "" : ", ", sum, kept.bits());
        }
    return claim.done("saturate and trap, " + figure + ", all sums; a range one too wide: counterexample");
}

Expected<FormalCheck> check_processing_element(const FormalSubject& subject, const Prover& prover,
                                               OverflowMode inner, OverflowMode outer) {
    const golden::Datapath small = small_datapath(subject.datapath, inner, outer);
    const std::string form = to_string(subject.array.arithmetic);
    const std::string key = fmt::format("element_{}_{}_{}", form, to_string(inner), to_string(outer));
    Claim claim(key,
                fmt::format("Processing element ({}) equals the exact reference, {}/{}", form,
                            to_string(inner), to_string(outer)),
                fmt::format("induction on macaw_pe, sums of 64 bits ({}, {})", subject.yosys, subject.z3));
    MACAW_TRY(Proof proof, prover.induction(key, processing_element_property(small, subject.array, 0), 1));
    claim.must_hold(proof, "values and flags are those of the reference");
    const char* base =
        hw::array_for(small, subject.array).is_carry_save() ? "inner_carry_base" : "inner_base";
    MACAW_TRY(Proof broken, prover.search(key + "_broken",
                                          processing_element_property(
                                              small, subject.array, 0,
                                              [&](rtl::Design& d) { d.invert_bit("macaw_pe", base, 0); }),
                                          kElementCycles));
    claim.must_be_refuted(broken, fmt::format("{}[0] inverted", base));
    std::string control = fmt::format("; {}[0] inverted: counterexample", base);
    if (hw::has_flag(inner)) {
        MACAW_TRY(Proof refuted,
                  prover.search(key + "_control", processing_element_property(small, subject.array, 1),
                                kElementCycles));
        claim.must_be_refuted(refuted, "an inner range one too wide");
        control += "; an inner range one too wide: counterexample";
    }
    return claim.done(fmt::format("{}, {} lanes: values and flags, any controls and data, any time{}{}",
                                  to_string(small), small.products_per_check, control,
                                  subject.without_pipeline_and_gates()));
}

}  // namespace macaw::sim
