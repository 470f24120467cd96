// Brings an exact sum into an accumulator: the hardware twin of golden::accumulate.
#pragma once

#include <optional>
#include <string>

#include "golden/integer_range.hpp"
#include "hw/rtl/design.hpp"

namespace macaw::hw {

struct CheckedSum {
    rtl::Expression value;                    // signed, P bits
    std::optional<rtl::Expression> overflow;  // one bit; none in wrap mode
};

// sum: a signed signal of `module`, exact in saturate and trap mode, P bits or more. Wires are named
// <name>_*.
CheckedSum add_range_check(rtl::Module& module, const std::string& name, const rtl::Expression& sum,
                           golden::BitWidth width, golden::OverflowMode mode);

}  // namespace macaw::hw
