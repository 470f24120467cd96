// Ready and valid: the generated array never drops, duplicates, invents or reorders a word, whatever the
// stalls on both sides; an output is stable until it is taken; a result that is due comes in time; and
// in_ready_o does not depend on out_ready_i in the same cycle.
//
// The array has the configured rows and beats a tile, one column and words of two bits, which the control
// does not look at. A weight-stationary array, whose skewed tokens grow with the square of T, has columns of
// kLongestProvenColumn elements and passes of kMostProvenTokens at most. Everything is seen from the ports,
// so it holds for any pipeline inside.
#pragma once

#include "golden/datapath.hpp"
#include "hw/array/array_config.hpp"
#include "sim/formal/prover.hpp"

namespace macaw::sim {

enum class HandshakeClaim { Order, Activations, Weights, Stable, Progress };
constexpr HandshakeClaim kHandshakeClaims[] = {HandshakeClaim::Order, HandshakeClaim::Activations,
                                               HandshakeClaim::Weights, HandshakeClaim::Stable,
                                               HandshakeClaim::Progress};
std::string to_string(HandshakeClaim claim);

constexpr int kLongestProvenColumn = 3, kMostProvenTokens = 2;

// A generated array and the configuration that a property reads its widths from.
struct HandshakeArray {
    golden::Datapath datapath;
    hw::ArrayConfig array;
    rtl::Design design;
};
Expected<HandshakeArray> handshake_array(const golden::Datapath& datapath, const hw::ArrayConfig& array);

// The properties that make up the claim: for the words of a weight-stationary array one for each row of
// elements and each token of a pass in which the marked one may be.
std::vector<Property> handshake_properties(const HandshakeArray& array, HandshakeClaim claim);

// For Prover::no_path from out_ready_i to in_ready_o (and weight_ready_o). with_fault: there is one.
Property ready_path_property(const HandshakeArray& array, bool with_fault);

std::string control_module(const HandshakeArray& array);
// Registers of the control, whose next value a negative control may invert.
std::vector<std::string> control_registers(const HandshakeArray& array);

}  // namespace macaw::sim
