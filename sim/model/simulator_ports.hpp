// Ports of the RTL graph's simulator as 32-bit words, least significant first: the form of jobs and stimuli.
#pragma once

#include <algorithm>
#include <cstdint>

#include "hw/rtl/simulator.hpp"

namespace macaw::sim {

inline void set_port(rtl::Simulator& simulator, const rtl::Simulator::Port& port,
                     const std::uint32_t* words) {
    for (int low = 0; low < port.type.width; low += 32)
        simulator.set_bits(port, low, std::min(32, port.type.width - low), words[low / 32]);
}

inline void get_port(const rtl::Simulator& simulator, const rtl::Simulator::Port& port,
                     std::uint32_t* words) {
    for (int low = 0; low < port.type.width; low += 32)
        words[low / 32] =
            static_cast<std::uint32_t>(simulator.get_bits(port, low, std::min(32, port.type.width - low)));
}

}  // namespace macaw::sim
