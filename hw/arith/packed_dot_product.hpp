// The dot product for simulators on 64-bit machines: several products in one machine multiplication.
//
// Kronecker substitution: the codes of g lanes become the coefficients of two polynomials, the weights in
// reverse order, evaluated at X = 2^k: (a_0 + a_1 X + ... ) (w_{g-1} + w_{g-2} X + ...). The coefficient of
// X^(g-1) of the product is a_0 w_0 + ... + a_{g-1} w_{g-1}; what lies above it does not touch its k bits,
// and what lies below is less than half of X^(g-1) in magnitude, so that adding that half and dropping the
// low bits is exact. Products of several words are added before that. (D. Harvey, "Faster polynomial
// multiplication via multipoint Kronecker substitution", 2009; in FPGAs: Xilinx WP486.)
//
// The words are packed once a row and a column of the array, where the input registers are, not in every
// element.
#pragma once

#include "hw/arith/dot_product.hpp"

namespace macaw::hw {

struct PackedWords {
    int lanes_per_word = 1;  // g
    int pitch = 0;           // k, bits
    int words = 1;           // ceil(L / g), each of 64 bits; missing lanes are zero
    int shift() const { return (lanes_per_word - 1) * pitch; }  // of the coefficient that is the sum
};

// As many lanes in a word as fit. Invariants: every coefficient below that of the sum, over all words, is
// less than 2^(k-1) in magnitude for every bit pattern, and k holds the bits of the sum that are needed.
PackedWords packed_words(const DotProductShape& shape);

// [words] of 64 bits: the codes of L lanes that stand in `codes` from bit `low` on.
std::vector<rtl::Expression> pack_activations(const rtl::Expression& codes, int low,
                                              const DotProductShape& shape);
std::vector<rtl::Expression> pack_weights(const rtl::Expression& codes, int low,
                                          const DotProductShape& shape);

// macaw_dot_product with activation_<word>_i and weight_<word>_i instead of activation_i and weight_i.
DotProductUnit add_packed_dot_product(rtl::Design& design, const DotProductShape& shape);

}  // namespace macaw::hw
