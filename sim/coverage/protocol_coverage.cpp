#include "sim/coverage/protocol_coverage.hpp"

#include <stdexcept>

namespace macaw::sim {

std::string to_string(ProtocolEvent event) {
    switch (event) {
        case ProtocolEvent::BackToBack:
            return "dot products back to back";
        case ProtocolEvent::PauseInDotProduct:
            return "sender pauses inside a dot product";
        case ProtocolEvent::PauseBetween:
            return "sender pauses between dot products";
        case ProtocolEvent::HeldBack:
            return "array holds a beat back";
        case ProtocolEvent::RefusedRow:
            return "receiver refuses a row that is not the last";
        case ProtocolEvent::RefusedLastRow:
            return "receiver refuses the last row";
        case ProtocolEvent::ResetInDotProduct:
            return "reset inside a dot product";
        case ProtocolEvent::ResetWhileDraining:
            return "reset while outputs are offered";
        case ProtocolEvent::ResetWhileHeldBack:
            return "reset while the array holds a beat back";
        case ProtocolEvent::WeightsLate:
            return "a first beat waits for weights";
        case ProtocolEvent::WeightsHeldBack:
            return "array holds weights back";
        case ProtocolEvent::ResetWhileLoading:
            return "reset while weights are loaded";
        case ProtocolEvent::kCount:
            break;
    }
    throw std::logic_error("unknown protocol event");
}

void ProtocolCoverage::add(const PortTrace& trace) {
    PortCycle before;  // a cycle of a reset
    for (const PortCycle& now : trace.cycles()) {
        if (now.reset_n && before.reset_n) {
            count(ProtocolEvent::BackToBack, before.accepts() && now.accepts() && before.block != now.block);
            count(ProtocolEvent::PauseInDotProduct, !before.in_valid && now.in_valid && now.index > 0);
            count(ProtocolEvent::PauseBetween,
                  !before.in_valid && now.in_valid && now.index == 0 && now.block > 0);
        }
        if (now.reset_n) {
            bool refused = now.out_valid && !now.out_ready;
            count(ProtocolEvent::HeldBack, now.in_valid && !now.in_ready);
            count(ProtocolEvent::WeightsHeldBack, now.weight_valid && !now.weight_ready);
            count(ProtocolEvent::WeightsLate,
                  now.index == 0 && now.in_valid && !now.in_ready && now.weight_ready);
            count(ProtocolEvent::RefusedRow, refused && !now.out_last);
            count(ProtocolEvent::RefusedLastRow, refused && now.out_last);
        }
        if (!now.reset_n && before.reset_n) {
            count(ProtocolEvent::ResetInDotProduct, before.index > 0);
            count(ProtocolEvent::ResetWhileDraining, before.out_valid);
            count(ProtocolEvent::ResetWhileLoading, before.weight_valid && before.weight_ready);
            count(ProtocolEvent::ResetWhileHeldBack, before.in_valid && !before.in_ready);
        }
        before = now;
    }
}

std::string ProtocolCoverage::unreachable(ProtocolEvent event, const hw::ArrayConfig& array) {
    if (event == ProtocolEvent::RefusedRow && array.rows == 1) return "the array has one row";
    const bool weight_stationary = array.dataflow == hw::Dataflow::WeightStationary;
    if (event >= ProtocolEvent::WeightsLate && !weight_stationary)
        return "weights come with the activations, on one stream";
    if (event == ProtocolEvent::BackToBack && weight_stationary && array.rows == 1)
        return "the next dot product waits for the only outer accumulator";
    return {};
}

}  // namespace macaw::sim
