// The product of one lane as bits of a heap, in the forms of Multiplier. Bits at or above the heap's width
// are not made: they are 0 modulo 2^width.
#pragma once

#include <optional>

#include "hw/arith/bit_heap.hpp"
#include "hw/arith/dot_product_ports.hpp"

namespace macaw::hw {

class PartialProducts {
  public:
    PartialProducts(rtl::Module& module, const FactorPorts& ports, const DotProductShape& shape,
                    BitHeap& heap, ArithmeticCost& cost)
        : module_(module), ports_(ports), shape_(shape), heap_(heap), cost_(cost) {}

    void add(int lane, Multiplier multiplier);
    // Bits of the factors that have no influence on a heap of this width, for Module::mark_unused.
    std::vector<rtl::Expression> unused(int lane, Multiplier multiplier) const;

  private:
    // A digit in -2..2 of the recoded weight: (neg ? -1 : 1) * (one + 2 * two).
    struct Digit {
        rtl::Expression one;
        std::optional<rtl::Expression> two;  // none where it is never set or never read
        std::optional<rtl::Expression> neg;  // none for the last digit of an unsigned weight
    };
    void add_baugh_wooley(int lane);
    void add_booth(int lane);
    int digits() const;
    Digit add_digit(int lane, int index);
    Digit add_last_unsigned_digit(int lane, int index);
    Digit masked(int lane, int index, Digit digit);
    void add_multiple(int lane, int index, const Digit& digit);
    rtl::Expression activation_bit(int lane, int index) const;
    rtl::Expression weight_bit(int lane, int index) const;

    rtl::Module& module_;
    const FactorPorts& ports_;
    const DotProductShape& shape_;
    BitHeap& heap_;
    ArithmeticCost& cost_;
};

}  // namespace macaw::hw
