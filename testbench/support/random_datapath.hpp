// rapidcheck generators of legal datapaths and codes inside their ranges.
#pragma once

#include <vector>

#include <rapidcheck.h>

#include "golden/datapath.hpp"

namespace macaw::testing {

inline int pick(int low, int high) {  // both ends included
    return *rc::gen::inRange(low, high + 1);
}

inline golden::OverflowMode pick_mode() {
    return *rc::gen::element(golden::OverflowMode::Wrap, golden::OverflowMode::Saturate,
                             golden::OverflowMode::Trap);
}

// Tiles of 1..16 products and accumulators of 3..24 bits, so that overflows are frequent.
inline golden::Datapath pick_datapath() {
    golden::Datapath datapath;
    datapath.weight_bits = golden::BitWidth(pick(2, 8));
    datapath.activation_bits = golden::BitWidth(pick(2, 10));
    auto signedness = [] {
        return pick(0, 1) == 1 ? golden::Signedness::Signed : golden::Signedness::Unsigned;
    };
    datapath.activation_signedness = signedness();
    datapath.weight_signedness = signedness();
    datapath.products_per_check = pick(1, 4);
    datapath.tile = datapath.products_per_check * pick(1, 4);
    int inner = pick(3, 20);
    datapath.inner_bits = golden::BitWidth(inner);
    datapath.outer_bits = golden::BitWidth(inner + pick(0, 4));
    datapath.inner_overflow = pick_mode();
    datapath.outer_overflow = pick_mode();
    return datapath;
}

template <typename Code>
std::vector<Code> pick_codes(std::size_t count, golden::Range range) {
    auto low = static_cast<int>(range.min);
    auto high = static_cast<int>(range.max);
    return *rc::gen::container<std::vector<Code>>(
        count,
        rc::gen::map(rc::gen::inRange(low, high + 1), [](int code) { return static_cast<Code>(code); }));
}

}  // namespace macaw::testing
