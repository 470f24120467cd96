// Lines of the sign-off about the elements and the outer accumulators of a weight-stationary array.
#include <fmt/format.h>

#include "hw/array/processing_element.hpp"
#include "sim/formal/formal_checks.hpp"
#include "sim/formal/inner_overflow.hpp"
#include "sim/formal/overflow_flags.hpp"
#include "sim/formal/systolic_element.hpp"

namespace macaw::sim {

using golden::BitWidth;
using golden::OverflowMode;

namespace {

// The skewed tokens of a column grow with the square of its length.
constexpr std::int64_t kLongestColumn = 320;
constexpr int kElementCycles = 6;

}  // namespace

Expected<FormalCheck> check_column_overflow(const FormalSubject& subject, const Prover& prover,
                                            BitWidth inner_bits) {
    golden::Datapath datapath = subject.datapath;
    datapath.inner_bits = inner_bits;
    datapath.outer_bits = std::max(datapath.outer_bits, inner_bits);
    const std::int64_t limit = axe_limit(inner_bits);
    const std::int64_t more = overflowing_limit(datapath);
    const std::string key = fmt::format("column_overflow_p{}", inner_bits.bits());
    Claim claim(key, fmt::format("No inner overflow, P_I = {}, a column of any length", inner_bits.bits()),
                fmt::format("induction over its elements, step on macaw_systolic_pe in trap mode ({}, {})",
                            subject.yosys, subject.z3));
    MACAW_TRY(Proof proof,
              prover.induction(key, column_overflow_property(datapath, subject.array, limit), 1));
    claim.must_hold(proof, "no element fails a check");
    MACAW_TRY(Proof refuted,
              prover.search(key + "_control", column_overflow_property(datapath, subject.array, more), 4));
    claim.must_be_refuted(refuted, fmt::format("a budget of {}", more));
    std::string control = "the solver finds an element that overflows";
    if (const std::int64_t elements = beats_of_worst_stream(datapath); elements <= kLongestColumn) {
        claim.must_be_true(
            column_of_one_more_overflows(datapath, subject.array),
            fmt::format("negative control: a column of {} in simulation does not overflow", elements));
        control += fmt::format(", a column of {} overflows in simulation", elements);
    }
    return claim.done(fmt::format(
        "every tile of weights with both sums of AXE <= {}, every token, any time; sums up to {}: "
        "{}{}",
        limit, more, control, subject.without_pipeline()));
}

Expected<FormalCheck> check_systolic_element(const FormalSubject& subject, const Prover& prover,
                                             OverflowMode inner, OverflowMode outer) {
    const golden::Datapath small = small_datapath(subject.datapath, inner, outer);
    const std::string form = to_string(subject.array.arithmetic);
    const std::string key = fmt::format("element_{}_{}_{}", form, to_string(inner), to_string(outer));
    Claim claim(key,
                fmt::format("Element ({}) and outer accumulators equal the exact reference, {}/{}", form,
                            to_string(inner), to_string(outer)),
                fmt::format("induction on macaw_systolic_pe and macaw_outer_bank, sums of 64 bits ({}, {})",
                            subject.yosys, subject.z3));
    MACAW_TRY(Proof element, prover.induction(key, systolic_element_property(small, subject.array, 0), 1));
    claim.must_hold(element, "values and flags of the element are those of the reference");
    MACAW_TRY(Proof bank, prover.induction(key + "_bank", outer_bank_property(small, subject.array, 0), 1));
    claim.must_hold(bank, "values and flags of the outer accumulators are those of the reference");
    MACAW_TRY(Proof broken,
              prover.search(key + "_broken",
                            systolic_element_property(
                                small, subject.array, 0,
                                [](rtl::Design& d) { d.invert_bit("macaw_dot_product", "sum_o", 0); }),
                            kElementCycles));
    claim.must_be_refuted(broken, "sum_o[0] inverted");
    std::string control = "; sum_o[0] inverted: counterexample", range;
    for (bool is_inner : {true, false}) {
        if (!hw::has_flag(is_inner ? inner : outer)) continue;
        MACAW_TRY(Proof refuted, prover.search(key + (is_inner ? "_control" : "_bank_control"),
                                               is_inner ? systolic_element_property(small, subject.array, 1)
                                                        : outer_bank_property(small, subject.array, 1),
                                               kElementCycles));
        claim.must_be_refuted(refuted, fmt::format("an {} range one too wide", is_inner ? "inner" : "outer"));
        range = "; a range one too wide: counterexample";
    }
    return claim.done(
        fmt::format("{}, {} outer accumulators: values and flags, any controls and data, any "
                    "time{}{}",
                    to_string(small), subject.array.rows, control + range, subject.without_pipeline()));
}

}  // namespace macaw::sim
