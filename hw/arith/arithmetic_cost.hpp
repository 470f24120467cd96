// What a unit is made of, before any synthesis.
#pragma once

#include <cstdint>
#include <string>

namespace macaw::hw {

// Behavioural units leave the circuit to the synthesis tool: their adders are 0.
struct ArithmeticCost {
    std::int64_t multipliers = 0;           // `*` operators
    std::int64_t partial_product_bits = 0;  // of the bit heap, the accumulator not counted
    std::int64_t booth_digits = 0;          // recoders of two bits of a weight
    std::int64_t full_adders = 0;
    std::int64_t half_adders = 0;
    std::int64_t gates = 0;         // adders at the top bit (no carry) or with a constant input
    std::int64_t prefix_cells = 0;  // of the final adder
    int reduction_depth = 0;        // adder levels between partial products and the final adder
    int carry_propagate_bits = 0;   // width of the final adder
    int carry_propagate_depth = 0;  // its levels: full adders or prefix cells; 0 for `+`
    bool operator==(const ArithmeticCost&) const = default;
    // Parts of one unit: counts add up, depths are those of the deepest part.
    ArithmeticCost& operator+=(const ArithmeticCost& part);
};

// "32 partial product bits, 41 full and 5 half adders, ..."
std::string to_string(const ArithmeticCost& cost);

}  // namespace macaw::hw
