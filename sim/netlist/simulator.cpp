#include "sim/netlist/simulator.hpp"

#include <algorithm>
#include <bit>

#if defined(__x86_64__)
// popcount as one instruction where the machine has it, decided at run time.
#define MACAW_POPCOUNT_CLONES __attribute__((target_clones("popcnt", "default")))
#else
#define MACAW_POPCOUNT_CLONES
#endif

namespace macaw::sim {

namespace {

MACAW_POPCOUNT_CLONES void count_bits(const std::uint64_t* now, std::uint64_t* before, std::uint64_t* toggles,
                                      std::uint64_t* ones, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        toggles[i] += static_cast<std::uint64_t>(std::popcount(now[i] ^ before[i]));
        ones[i] += static_cast<std::uint64_t>(std::popcount(now[i]));
        before[i] = now[i];
    }
}

}  // namespace

NetlistSimulator::NetlistSimulator(const FlatNetlist& netlist)
    : netlist_(netlist),
      values_(netlist.signals, 0),
      settled_(netlist.nets, 0),
      toggles_(netlist.nets, 0),
      ones_(netlist.nets, 0) {
    values_[kNetOne] = ~std::uint64_t{0};
    settled_[kNetOne] = values_[kNetOne];
}

void NetlistSimulator::clock_edge() {
    for (const NetlistRegister& item : netlist_.registers) values_[item.state] = values_[item.data];
}

void NetlistSimulator::settle() {
    std::uint64_t* value = values_.data();
    for (const NetlistGate& gate : netlist_.gates) {
        const std::uint64_t a = value[gate.a];
        const std::uint64_t b = value[gate.b];
        std::uint64_t result = 0;
        switch (gate.kind) {
            case GateKind::Buffer:
                result = a;
                break;
            case GateKind::Not:
                result = ~a;
                break;
            case GateKind::And:
                result = a & b;
                break;
            case GateKind::Or:
                result = a | b;
                break;
            case GateKind::Xor:
                result = a ^ b;
                break;
            case GateKind::Nand:
                result = ~(a & b);
                break;
            case GateKind::Nor:
                result = ~(a | b);
                break;
            case GateKind::Xnor:
                result = ~(a ^ b);
                break;
        }
        value[gate.result] = result;
    }
}

void NetlistSimulator::count_cycle() {
    count_bits(values_.data(), settled_.data(), toggles_.data(), ones_.data(), netlist_.nets);
}

void NetlistSimulator::count_cycle(LaneToggles& lanes) {
    lanes.add(std::span(values_).first(netlist_.nets), settled_);
    count_cycle();
}

void NetlistSimulator::mark_settled() {
    std::copy_n(values_.begin(), netlist_.nets, settled_.begin());
}

}  // namespace macaw::sim
