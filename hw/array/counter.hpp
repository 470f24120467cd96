// Counters of the controllers.
#pragma once

#include <optional>
#include <string>

#include "hw/rtl/design.hpp"

namespace macaw::hw {

// 0 .. count-1. Where count is 1 there is no register: it always stands at its first and last value.
struct Counter {
    rtl::Expression at_last;
    std::optional<rtl::Expression> value;
};
Counter add_counter(rtl::Module& module, const std::string& name, int count, const std::string& comment);
rtl::Expression at_first(const Counter& counter);
// Steps on `step` and restarts at 0 after a step with `restart`.
void drive_counter(rtl::Module& module, const Counter& counter, const rtl::Expression& step,
                   const rtl::Expression& restart);

// How many of `most` things there are: one more on `up`, one less on `down`, 0 after reset. The module around
// must not go below 0 or above `most`. The signal <name>_q.
rtl::Expression add_up_down_counter(rtl::Module& module, const std::string& name, int most,
                                    const std::string& comment);
void drive_up_down_counter(rtl::Module& module, const rtl::Expression& counter, const rtl::Expression& up,
                           const rtl::Expression& down);

}  // namespace macaw::hw
