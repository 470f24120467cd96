// Lines of the sign-off about operand gates in a weight-stationary array.
#include <fmt/format.h>

#include "sim/formal/formal_checks.hpp"
#include "sim/formal/gated_column.hpp"

namespace macaw::sim {

using golden::OverflowMode;

namespace {

// The configured mode and that of the twin that witnesses every overflow.
std::vector<OverflowMode> proven_modes(const golden::Datapath& datapath) {
    if (datapath.inner_overflow == OverflowMode::Trap) return {OverflowMode::Trap};
    return {datapath.inner_overflow, OverflowMode::Trap};
}

Expected<void> prove_flow(Claim& claim, const FormalSubject& subject, const Prover& prover) {
    constexpr int kCycles = 4;
    const golden::Datapath& datapath = subject.datapath;
    const hw::ArrayConfig& array = subject.array;
    MACAW_TRY(Proof proof, prover.induction("gated_flow", gated_flow_property(datapath, array), 1));
    claim.must_hold(proof, "flags and activations flow as those without gates");
    MACAW_TRY(Proof shut,
              prover.search("gated_flow_control_shut", gated_flow_property(datapath, array, true), kCycles));
    claim.must_be_refuted(shut, "a gate that stays shut for an activation of 1");
    MACAW_TRY(Proof inverted,
              prover.search("gated_flow_control_inverted",
                            gated_flow_property(datapath, array, false, invert_flag), kCycles));
    claim.must_be_refuted(inverted, "an inverted flag");
    return {};
}

Expected<void> prove_sums(Claim& claim, const FormalSubject& subject, const Prover& prover) {
    const int cycles = cycles_of_gated_sums(subject.array);
    for (OverflowMode mode : proven_modes(subject.datapath))
        for (bool counts : {true, false}) {
            golden::Datapath datapath = subject.datapath;
            datapath.inner_overflow = mode;
            const std::string name =
                fmt::format("gated_sums_{}_{}", to_string(mode), counts ? "nonzero" : "zero");
            MACAW_TRY(Proof proof,
                      prover.within(name, gated_sums_property(datapath, subject.array, counts), cycles));
            claim.must_hold(proof, name);
            MACAW_TRY(Proof stuck,
                      prover.within(name + "_control",
                                    gated_sums_property(datapath, subject.array, counts, stuck_mask(!counts)),
                                    cycles));
            claim.must_be_refuted(stuck, name + " with a mask stuck at the other value");
        }
    return {};
}

}  // namespace

Expected<FormalCheck> check_gated_element(const FormalSubject& subject, const Prover& prover) {
    Claim claim("gated_element", "Element with operand gates equals the one without, anywhere in a column",
                fmt::format("induction and one window of {} cycles on macaw_systolic_pe ({}, {})",
                            cycles_of_gated_sums(subject.array), subject.yosys, subject.z3));
    MACAW_CHECK(prove_flow(claim, subject, prover));
    MACAW_CHECK(prove_sums(claim, subject, prover));
    std::string modes;
    for (OverflowMode mode : proven_modes(subject.datapath))
        modes += (modes.empty() ? "" : ", ") + std::string(to_string(mode));
    return claim.done(fmt::format(
        "{} and {} bits, {}, any controls and data, any time: where a flag is low the activation without "
        "gates is 0, else the same, from column to column; so sums are equal, from row to row; a gate that "
        "stays shut for a 1, an inverted flag, a mask stuck at either value: counterexample",
        subject.datapath.activation_bits.bits(), subject.datapath.weight_bits.bits(), modes));
}

Expected<FormalCheck> check_gated_array(const FormalSubject& subject, const Prover& prover) {
    const golden::Datapath& datapath = subject.datapath;
    const hw::ArrayConfig& array = subject.array;
    Claim claim(
        "gated_array", "Weight-stationary array with operand gates equals the one without",
        fmt::format("read off the graph that is printed; a small array by IC3 (ABC pdr, {})", subject.yosys));
    MACAW_TRY(std::string difference, gated_wiring_difference(datapath, array));
    claim.must_be_true(difference.empty(), difference);
    MACAW_TRY(std::string noticed, gated_wiring_difference(datapath, array, invert_first_flag));
    claim.must_be_true(!noticed.empty(), "negative control: an inverted flag is not missed");

    auto prove_small = [&](const char* name, const Fault& fault) -> Expected<Proof> {
        MACAW_TRY(Property property, gated_array_property(datapath, array, fault));
        return prover.reachability(name, property);
    };
    MACAW_TRY(Proof small, prove_small("gated_array", {}));
    claim.must_hold(small, "the outputs of a small array");
    MACAW_TRY(Proof misplaced, prove_small("gated_array_control_flag", misplace_flag));
    claim.must_be_refuted(misplaced, "a flag of another row");
    MACAW_TRY(Proof dropped, prove_small("gated_array_control_mask", stuck_mask(true)));
    claim.must_be_refuted(dropped, "products that are not masked");
    return claim.done(fmt::format(
        "{} x {} elements: every flag belongs to its activation, the rest is the array without gates; 2 x 2 "
        "elements of 2 bits as a whole, any data, stalls and resets, any time; an inverted flag: noticed; a "
        "flag of another row, masks dropped: counterexample",
        datapath.tile, array.columns));
}

}  // namespace macaw::sim
