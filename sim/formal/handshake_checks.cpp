// Lines of the sign-off about ready and valid.
#include <fmt/format.h>

#include "hw/array/generate_array.hpp"
#include "sim/formal/formal_checks.hpp"
#include "sim/formal/handshake.hpp"

namespace macaw::sim {

namespace {

std::string reachability_method(const FormalSubject& subject) {
    return fmt::format("IC3 on macaw_array from its ports, any stalls (ABC pdr, {})", subject.yosys);
}

std::string shape_of(const HandshakeArray& array) {
    if (array.array.dataflow == hw::Dataflow::WeightStationary)
        return fmt::format("a column of {}, passes of {}", array.datapath.tile, array.array.rows);
    return fmt::format("{} row{}, {} beat{} a tile", array.array.rows, array.array.rows == 1 ? "" : "s",
                       array.datapath.tile, array.datapath.tile == 1 ? "" : "s");
}

Expected<void> prove_claims(Claim& claim, const HandshakeArray& array, const Prover& prover,
                            std::initializer_list<HandshakeClaim> claims) {
    for (HandshakeClaim part : claims) {
        int number = 0;
        for (const Property& property : handshake_properties(array, part)) {
            const std::string name = fmt::format("handshake_{}_{}", to_string(part), number++);
            MACAW_TRY(Proof proof, prover.reachability(name, property));
            claim.must_hold(proof, to_string(part));
        }
    }
    return {};
}

}  // namespace

Expected<FormalCheck> check_words(const FormalSubject& subject, const Prover& prover) {
    Claim claim("words", "Ready/valid: no word lost, doubled, invented or reordered",
                reachability_method(subject));
    MACAW_TRY(HandshakeArray array, handshake_array(subject.datapath, subject.array));
    MACAW_CHECK(prove_claims(claim, array, prover,
                             {HandshakeClaim::Order, HandshakeClaim::Activations, HandshakeClaim::Weights}));
    return claim.done(shape_of(array) + ", one marked beat of any number, activations and weights");
}

Expected<FormalCheck> check_stability(const FormalSubject& subject, const Prover& prover) {
    Claim claim("stability", "Ready/valid: stable while stalled, results in time, no deadlock",
                reachability_method(subject));
    MACAW_TRY(HandshakeArray array, handshake_array(subject.datapath, subject.array));
    MACAW_CHECK(prove_claims(claim, array, prover, {HandshakeClaim::Stable, HandshakeClaim::Progress}));
    return claim.done(
        fmt::format("{}, a result is valid within {} cycles of its last beat or of the result before",
                    shape_of(array), hw::latency_of(array.datapath, array.array).last_beat_to_first_output));
}

Expected<FormalCheck> check_ready_path(const FormalSubject& subject, const Prover& prover) {
    Claim claim("ready_path",
                fmt::format("Ready/valid: no combinational path from out_ready_i to in_ready_o{}",
                            subject.is_weight_stationary() ? " or weight_ready_o" : ""),
                fmt::format("cone of the flattened netlist ({})", subject.yosys));
    MACAW_TRY(HandshakeArray array, handshake_array(subject.datapath, subject.array));
    std::vector<std::string> ready = {"in_ready_o"};
    if (subject.is_weight_stationary()) ready.emplace_back("weight_ready_o");
    for (const std::string& output : ready)
        for (bool with_fault : {false, true}) {
            MACAW_TRY(Proof proof,
                      prover.no_path((with_fault ? "ready_path_control_" : "ready_path_") + output,
                                     ready_path_property(array, with_fault), "out_ready_i", output));
            if (with_fault)
                claim.must_be_refuted(proof, "a path that was added to " + output);
            else
                claim.must_hold(proof, "no path to " + output);
        }
    return claim.done("none; a path that is added is found");
}

Expected<FormalCheck> check_control_faults(const FormalSubject& subject, const Prover& prover) {
    Claim claim("control_faults", "Ready/valid: each inverted register of the control breaks a claim",
                reachability_method(subject));
    golden::Datapath datapath = subject.datapath;
    hw::ArrayConfig array = subject.array;
    array.rows = 2;
    datapath.tile = 2 * array.lanes;
    MACAW_TRY(HandshakeArray sound, handshake_array(datapath, array));
    const std::vector<std::string> registers = control_registers(sound);
    for (const std::string& name : registers) {
        MACAW_TRY(HandshakeArray broken, handshake_array(datapath, array));
        broken.design.invert_bit(control_module(broken), name, 0);
        Proof proof;
        for (HandshakeClaim part : kHandshakeClaims) {
            int number = 0;
            for (const Property& property : handshake_properties(broken, part)) {
                MACAW_TRY(proof, prover.reachability(
                                     fmt::format("control_fault_{}_{}_{}", name, to_string(part), number++),
                                     property));
                if (proof.verdict == Verdict::Refuted) break;
                claim.add_seconds(proof.seconds);
            }
            if (proof.verdict == Verdict::Refuted) break;
        }
        claim.must_be_refuted(proof, name);
    }
    claim.must_be_true(!registers.empty(), "the control has no registers");
    return claim.done(
        fmt::format("{} of {} refuted ({})", registers.size(), registers.size(), shape_of(sound)));
}

}  // namespace macaw::sim
