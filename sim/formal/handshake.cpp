#include "sim/formal/handshake.hpp"

#include "embedded/sim_templates.hpp"
#include "hw/array/generate_array.hpp"

namespace macaw::sim {

namespace {

constexpr int kWordBits = 2;                       // activations and weights, signed: 0 and 1
constexpr int kSumBits = 3, kSystolicSumBits = 2;  // 0, 1 and twice 1 differ

bool is_weight_stationary(const HandshakeArray& array) {
    return array.array.dataflow == hw::Dataflow::WeightStationary;
}

std::vector<std::pair<std::string, std::int64_t>> widths(const HandshakeArray& array) {
    std::vector<std::pair<std::string, std::int64_t>> widths = {{"ROWS", array.array.rows},
                                                                {"N", kWordBits},
                                                                {"M", kWordBits},
                                                                {"P", array.datapath.outer_bits.bits()}};
    if (is_weight_stationary(array)) widths.emplace_back("TILE", array.datapath.tile);
    return widths;
}

}  // namespace

std::string to_string(HandshakeClaim claim) {
    switch (claim) {
        case HandshakeClaim::Order:
            return "order";
        case HandshakeClaim::Activations:
            return "activations";
        case HandshakeClaim::Weights:
            return "weights";
        case HandshakeClaim::Stable:
            return "stable";
        case HandshakeClaim::Progress:
            return "progress";
    }
    throw std::logic_error("unknown handshake claim");
}

Expected<HandshakeArray> handshake_array(const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    HandshakeArray small{datapath, array, {}};
    small.array.columns = small.array.lanes = 1;
    small.datapath.tile = datapath.tile / array.lanes;  // the same number of beats
    small.datapath.products_per_check = 1;
    small.datapath.activation_bits = small.datapath.weight_bits = golden::BitWidth(kWordBits);
    small.datapath.weight_signedness = small.datapath.activation_signedness = golden::Signedness::Signed;
    small.datapath.inner_bits = small.datapath.outer_bits = golden::BitWidth(kSumBits);
    small.datapath.inner_overflow = small.datapath.outer_overflow = golden::OverflowMode::Wrap;
    if (is_weight_stationary(small)) {
        small.datapath.inner_bits = small.datapath.outer_bits = golden::BitWidth(kSystolicSumBits);
        small.datapath.tile = std::min(small.datapath.tile, kLongestProvenColumn);
        small.array.rows = std::min(small.array.rows, kMostProvenTokens);
    }
    // Arithmetic has proofs of its own.
    small.array.arithmetic = hw::Arithmetic::Behavioural;
    MACAW_TRY(small.design, hw::generate_array(small.datapath, small.array));
    return small;
}

std::vector<Property> handshake_properties(const HandshakeArray& array, HandshakeClaim claim) {
    const int latency = hw::latency_of(array.datapath, array.array).last_beat_to_first_output;
    PropertyText text{"macaw_handshake_proof", embedded::sim_handshake_proof_svh, widths(array), {}, 1};
    if (is_weight_stationary(array)) text.body = embedded::sim_systolic_handshake_proof_svh;
    text.parameters.emplace_back("LATENCY", latency);
    // The pipeline holds a dot product a cycle of latency at most, and one drains; a weight-stationary array
    // has as many rows of results as outer accumulators.
    text.parameters.emplace_back("COUNT", is_weight_stationary(array) ? array.array.rows + 1 : latency + 2);
    text.parameters.emplace_back("MARK_WEIGHTS", claim == HandshakeClaim::Weights);
    const bool words = claim == HandshakeClaim::Activations || claim == HandshakeClaim::Weights;
    text.defines.push_back(claim == HandshakeClaim::Order    ? "ORDER"
                           : claim == HandshakeClaim::Stable ? "STABLE"
                           : words                           ? "WORDS"
                                                             : "PROGRESS");
    if (!is_weight_stationary(array)) return {property_of(array.design, text)};
    std::vector<Property> properties;
    const int tokens = words ? array.array.rows : 1;
    for (int element = 0; element < (words ? array.datapath.tile : 1); ++element)
        for (int token = 0; token < tokens; ++token) {
            PropertyText of_element = text;
            of_element.parameters.emplace_back("ELEMENT", element);
            of_element.parameters.emplace_back("TOKEN", token);
            properties.push_back(property_of(array.design, of_element));
        }
    return properties;
}

Property ready_path_property(const HandshakeArray& array, bool with_fault) {
    PropertyText text{"macaw_ready_path_proof", embedded::sim_ready_path_proof_svh, widths(array), {}, 0};
    if (is_weight_stationary(array)) text.body = embedded::sim_systolic_ready_path_proof_svh;
    text.parameters.emplace_back("FAULT", with_fault);
    return property_of(array.design, text);
}

std::string control_module(const HandshakeArray& array) {
    return is_weight_stationary(array) ? "macaw_systolic_control" : "macaw_control";
}

std::vector<std::string> control_registers(const HandshakeArray& array) {
    std::vector<std::string> names;
    for (const rtl::SignalInfo& signal : array.design.find(control_module(array))->signals())
        if (signal.kind == rtl::SignalKind::Register) names.push_back(signal.name);
    return names;
}

}  // namespace macaw::sim
