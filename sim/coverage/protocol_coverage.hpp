// Functional coverage of the streaming protocol: the situations of the array's ports that a sign-off wants to
// have seen, counted in the port traces of the jobs that were compared.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "hw/array/array_config.hpp"
#include "sim/model/port_trace.hpp"

namespace macaw::sim {

enum class ProtocolEvent {
    BackToBack,          // the first beat of a dot product right behind the last one of the one before
    PauseInDotProduct,   // the sender pauses before a beat that is not the first
    PauseBetween,        // ... before a first beat
    HeldBack,            // the array does not take a beat that is offered
    RefusedRow,          // the receiver refuses a row that is not the last
    RefusedLastRow,      // ... the last row
    ResetInDotProduct,   // reset while beats of an open dot product were taken
    ResetWhileDraining,  // reset while a row of outputs is offered
    ResetWhileHeldBack,  // reset while the array holds a beat back
    WeightsLate,         // a first beat is offered, its tile's weights are still coming
    WeightsHeldBack,     // the array does not take weights that are offered
    ResetWhileLoading,   // reset right behind a beat of weights
    kCount
};
std::string to_string(ProtocolEvent event);

class ProtocolCoverage {
  public:
    void add(const PortTrace& trace);
    std::int64_t hits(ProtocolEvent event) const { return hits_[static_cast<std::size_t>(event)]; }
    // Why the event cannot happen in this array; empty where it can.
    static std::string unreachable(ProtocolEvent event, const hw::ArrayConfig& array);

  private:
    void count(ProtocolEvent event, bool happened) {
        hits_[static_cast<std::size_t>(event)] += happened ? 1 : 0;
    }
    std::array<std::int64_t, static_cast<std::size_t>(ProtocolEvent::kCount)> hits_{};
};

}  // namespace macaw::sim
