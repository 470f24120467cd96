#include "sim/netlist/constant_outputs.hpp"

#include <fmt/format.h>

namespace macaw::sim {

namespace {

// What a net can be.
struct Values {
    bool zero = true;
    bool one = true;
    bool has(bool value) const { return value ? one : zero; }
};

Values outcome(GateKind kind, Values a, Values b) {
    Values result{false, false};
    for (bool left : {false, true})
        for (bool right : {false, true})
            if (a.has(left) && b.has(right))
                (gate_value(kind, left, right) ? result.one : result.zero) = true;
    return result;
}

}  // namespace

std::set<std::string> constant_outputs(const FlatNetlist& netlist) {
    std::vector<Values> values(netlist.signals);  // inputs and registers: anything
    values[kNetZero] = {true, false};
    values[kNetOne] = {false, true};
    for (const NetlistGate& gate : netlist.gates)
        values[gate.result] = outcome(gate.kind, values[gate.a], values[gate.b]);
    std::set<std::string> names;
    for (const auto& [name, port] : netlist.ports)
        for (std::size_t bit = 0; !port.input && bit < port.nets.size(); ++bit)
            if (const Values& value = values[port.nets[bit]]; value.zero != value.one)
                names.insert(port.nets.size() == 1 ? name : fmt::format("{}[{}]", name, bit));
    return names;
}

}  // namespace macaw::sim
