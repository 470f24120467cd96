// The sum that the adders of a dot product compute, as a linear form of the bits that enter the heap: exact
// for every input, for any number of lanes.
//
// From sum_o = row_a + row_b (mod 2^P) back to the inputs, an adder at a time: the outputs s, c of a full
// adder satisfy s + 2c = x + y + z, so where the form holds k s + 2k c it may hold k (x + y + z) instead;
// anything else is an error. Likewise a half adder; s = ~(x ^ y), c = x | y with s + 2c = x + y + 1; and s =
// ~x with s = 1 - x. In the top column 2^(P-1) (x ^ y) = 2^(P-1) (x + y) modulo 2^P.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "hw/rtl/design.hpp"

namespace macaw::sim {

struct LinearForm {
    std::map<std::string, std::uint64_t>
        coefficients;            // by name of the bit, "signal" or "signal[3]"; mod 2^P
    std::uint64_t constant = 0;  // mod 2^P
    bool operator==(const LinearForm&) const = default;
};

// Of a macaw_dot_product with FinalAdder::Operator; of both rows where the accumulator is carry-save. Throws
// std::runtime_error where the adders do not fit together.
LinearForm sum_of_bit_heap(const rtl::Module& module, int width);

}  // namespace macaw::sim
